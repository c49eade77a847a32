import { ApiError, Refusal, type Reason } from '../../forge/server/errors.ts';

const SWAGGER = 'http://gitea.invalid/api/swagger';

/** The body of Gitea's answer to a request that is not carried out. */
export function errorBody(message: string, details: object = {}): object {
  return { ...details, message, url: SWAGGER };
}

/** What faults answer. A server that is in production does not say what went wrong. */
export function faultBody(): object {
  return errorBody('');
}

export function unprocessable(message: string): ApiError {
  return new ApiError(422, message);
}

/** A look at what is not there that Gitea does not expect: it answers as if it had broken. */
export function unexpected(): ApiError {
  return new ApiError(500, '');
}

/** What Gitea says to something that was thrown; null where that is a fault of the stand-in. */
export function answerTo(error: unknown): ApiError | null {
  if (error instanceof ApiError) return error;
  return error instanceof Refusal ? ANSWERS[error.reason](error.about) : null;
}

function missing(): ApiError {
  return new ApiError(404, 'not found', { errors: null });
}

const ANSWERS: Record<Reason, (about: string) => ApiError> = {
  'not-found': missing,
  'body-too-long': unexpected,
  'label-color': (color) => unprocessable(`invalid color: #${color}`),
  'head-unknown': missing,
  'base-unknown': missing,
  'no-commits': () => unprocessable('Invalid PullRequest: There are no changes between the head and the base'),
  twin: (head) => new ApiError(409, `pull request already exists for these targets [head_branch: ${head}]`),
  'not-reopenable': unexpected,
  'not-open': missing,
  draft: () => new ApiError(405, 'Work in progress PRs cannot be merged'),
  conflict: () => new ApiError(405, 'Please try again later'),
  'head-moved': () => new ApiError(409, 'head out of date'),
  'own-pull-approved': () => unprocessable('approve your own pull is not allowed'),
  'own-pull-rejected': () => unprocessable('reject your own pull is not allowed'),
  'review-empty': () => unprocessable('review event COMMENT requires a body or a comment'),
  'review-path': unexpected,
};
