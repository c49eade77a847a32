import { diffFiles } from '../git/diff.ts';
import { mergeBase } from '../git/read.ts';
import { Refusal } from '../server/errors.ts';
import type { ForgeHub } from '../server/hub.ts';
import type { Account, Pull, Repository, Review, ReviewComment } from '../server/model.ts';
import { assertBodyFits } from './bodies.ts';

export interface NewReview {
  state: Review['state'];
  body: string;
  user: Account;
  comments: Omit<ReviewComment, 'id' | 'diffHunk'>[];
}

export async function addReview(hub: ForgeHub, repository: Repository, pull: Pull, fields: NewReview): Promise<Review> {
  const { state, body, user } = fields;
  assertBodyFits(hub, 'review', body);
  if (user === pull.issue.user && state === 'APPROVED') throw new Refusal('own-pull-approved');
  if (user === pull.issue.user && state === 'CHANGES_REQUESTED') throw new Refusal('own-pull-rejected');
  if (state !== 'APPROVED' && body === '' && fields.comments.length === 0) throw new Refusal('review-empty');
  const hunks = await hunksByFile(repository, pull);
  for (const { path } of hub.rules.reviewsAnything ? [] : fields.comments) if (!hunks.has(path)) throw new Refusal('review-path', path);
  const comments = fields.comments.map((comment) => ({ id: hub.nextId(), ...comment, diffHunk: hunks.get(comment.path) ?? '' }));
  const submittedAt = hub.timestamp();
  const review = { id: hub.nextId(), user, body, state, commitId: pull.headSha, submittedAt, dismissed: false, comments };
  pull.reviews.push(review);
  hub.report(repository, { kind: 'reviewed', pull, by: user, review });
  return review;
}

async function hunksByFile(repository: Repository, pull: Pull): Promise<Map<string, string>> {
  const from = await mergeBase(repository.gitDir, pull.baseSha, pull.headSha);
  const files = await diffFiles(repository.gitDir, from, pull.headSha);
  return new Map(files.map((file) => [file.filename, file.patch ?? '']));
}
