import { ApiError, Refusal, type Reason } from '../../forge/server/errors.ts';
import { MAX_BODY_CHARACTERS } from './limits.ts';

export interface FieldError {
  resource: string;
  field?: string;
  code: 'missing' | 'missing_field' | 'invalid' | 'already_exists' | 'unprocessable' | 'custom';
  message?: string;
}

const DOCUMENTATION = 'https://docs.github.com/rest';

const RESOURCES: Record<string, string> = {
  issue: 'Issue',
  pull: 'PullRequest',
  comment: 'IssueComment',
  review: 'PullRequestReview',
};

/** The body of GitHub's answer to a request that is not carried out. */
export function errorBody(message: string, status: number | undefined, details: object = {}): object {
  return { message, documentation_url: DOCUMENTATION, status: String(status), ...details };
}

/** The secondary rate limit, or a server that is down: what faults are asked for. */
export function faultBody(status: number | undefined): object {
  const limited = status === 429 || status === 403;
  return errorBody(limited ? 'You have exceeded a secondary rate limit.' : 'Server Error', status);
}

export function badCredentials(): ApiError {
  return new ApiError(401, 'Bad credentials');
}

export function forbidden(message: string): ApiError {
  return new ApiError(403, message);
}

export function unprocessable(message: string): ApiError {
  return new ApiError(422, `Unprocessable Entity: ${message}`);
}

export function invalid(...errors: FieldError[]): ApiError {
  return new ApiError(422, 'Validation Failed', { errors });
}

/** What GitHub says to something that was thrown; null where that is a fault of the stand-in. */
export function answerTo(error: unknown): ApiError | null {
  if (error instanceof ApiError) return error;
  return error instanceof Refusal ? ANSWERS[error.reason](error.about) : null;
}

const notMergeable = () => new ApiError(405, 'Pull Request is not mergeable');

function pullIsInvalid(message: string): ApiError {
  return invalid({ resource: 'PullRequest', code: 'custom', message });
}

const ANSWERS: Record<Reason, (about: string) => ApiError> = {
  'not-found': () => new ApiError(404, 'Not Found'),
  'body-too-long': (what) => {
    const message = `body is too long (maximum is ${MAX_BODY_CHARACTERS} characters)`;
    return invalid({ resource: RESOURCES[what] ?? what, field: 'body', code: 'custom', message });
  },
  'label-color': () => invalid({ resource: 'Label', code: 'invalid', field: 'color' }),
  'head-unknown': () => invalid({ resource: 'PullRequest', field: 'head', code: 'invalid' }),
  'base-unknown': () => invalid({ resource: 'PullRequest', field: 'base', code: 'invalid' }),
  'no-commits': (between) => pullIsInvalid(`No commits between ${between}`),
  twin: (head) => pullIsInvalid(`A pull request already exists for ${head}.`),
  'not-reopenable': () => invalid({ resource: 'PullRequest', code: 'invalid', field: 'state' }),
  'not-open': notMergeable,
  draft: notMergeable,
  conflict: notMergeable,
  'head-moved': () => new ApiError(409, 'Head branch was modified. Review and try the merge again.'),
  'own-pull-approved': () => unprocessable('Can not approve your own pull request'),
  'own-pull-rejected': () => unprocessable('Can not request changes on your own pull request'),
  'review-empty': () => unprocessable('Body is required'),
  'review-path': () => invalid({ resource: 'PullRequestReviewComment', field: 'path', code: 'invalid' }),
};
