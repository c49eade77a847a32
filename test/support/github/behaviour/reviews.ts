import { diffFiles } from '../git/diff.ts';
import { mergeBase } from '../git/read.ts';
import { emit } from '../webhooks/emit.ts';
import type { Hub } from '../server/hub.ts';
import { ApiError, invalid } from '../server/errors.ts';
import { assertBodyFits } from '../server/limits.ts';
import type { Account, Pull, Repository, Review } from '../server/model.ts';
import { reviewView, simplePullView } from '../views/pull.ts';

export interface NewReview {
  event: 'APPROVE' | 'REQUEST_CHANGES' | 'COMMENT';
  body: string;
  user: Account;
  comments: { path: string; line: number; side: 'LEFT' | 'RIGHT'; body: string }[];
}

const STATES = { APPROVE: 'APPROVED', REQUEST_CHANGES: 'CHANGES_REQUESTED', COMMENT: 'COMMENTED' } as const;

export async function addReview(hub: Hub, repository: Repository, pull: Pull, fields: NewReview): Promise<Review> {
  const { event, body, user } = fields;
  assertBodyFits('PullRequestReview', body);
  if (event !== 'COMMENT' && user === pull.issue.user) {
    throw refuse(`Can not ${event === 'APPROVE' ? 'approve' : 'request changes on'} your own pull request`);
  }
  if (event !== 'APPROVE' && body === '' && fields.comments.length === 0) throw refuse('Body is required');
  const hunks = await hunksByFile(repository, pull);
  for (const { path } of fields.comments) {
    if (!hunks.has(path)) throw invalid({ resource: 'PullRequestReviewComment', field: 'path', code: 'invalid' });
  }
  const comments = fields.comments.map((comment) => ({ id: hub.nextId(), ...comment, diffHunk: hunks.get(comment.path) ?? '' }));
  const review = { id: hub.nextId(), user, body, state: STATES[event], commitId: pull.headSha, submittedAt: hub.timestamp(), comments };
  pull.reviews.push(review);
  emitReview(hub, repository, pull, review);
  return review;
}

function refuse(message: string): ApiError {
  return new ApiError(422, `Unprocessable Entity: ${message}`);
}

async function hunksByFile(repository: Repository, pull: Pull): Promise<Map<string, string>> {
  const from = await mergeBase(repository.gitDir, pull.baseSha, pull.headSha);
  const files = await diffFiles(repository.gitDir, from, pull.headSha);
  return new Map(files.map((file) => [file.filename, file.patch ?? '']));
}

/** Webhooks write the state in lower case, the REST API in upper case. */
function emitReview(hub: Hub, repository: Repository, pull: Pull, review: Review): void {
  const view = reviewView(hub, repository, pull, review);
  emit(hub, repository, 'pull_request_review', review.user, {
    action: 'submitted',
    review: { ...view, state: view.state.toLowerCase(), body: view.body === '' ? null : view.body },
    pull_request: simplePullView(hub, repository, pull),
  });
}
