import type { BotIdentity, Remark } from '../forge.ts';
import type { SubjectRef } from '../../domain/task.ts';
import { newest } from '../paging.ts';
import { inOrder, toRemark } from '../remarks.ts';
import { toSender } from './accounts.ts';
import { Comment, LineComment, Review } from './answers.ts';
import type { Api, GiteaClient } from './client.ts';
import { orNull } from './errors.ts';
import { onePage } from './pages.ts';
import { readIssue } from './subjects.ts';

interface Reading {
  readonly api: Api;
  readonly number: number;
  readonly limit: number;
}

export async function conversation(
  client: GiteaClient,
  identity: () => Promise<BotIdentity>,
  ref: SubjectRef,
  limit: number,
): Promise<Remark[]> {
  const me = await identity();
  return client.on(ref.repository, `read the conversation of ${ref.repository}#${ref.number}`, async (api) => {
    const issue = await orNull(() => readIssue(api, ref.number));
    if (issue === null || limit <= 0) return [];
    const reading = { api, number: ref.number, limit };
    const remarks = [await comments(reading), issue.pull_request ? await reviewed(reading) : []].flat();
    return inOrder(remarks, limit).map((remark) => ({ ...remark, author: { ...remark.author, isBot: remark.author.id === me.id } }));
  });
}

/** Gitea gives all of them at once. */
async function comments({ api, number }: Reading): Promise<Remark[]> {
  const { data } = await api.get(`/issues/${number}/comments`);
  return Comment.array()
    .parse(data)
    .map((comment) => toRemark(comment, toSender(comment.user), null));
}

/** What a person has not submitted is nobody else's, though the administrators of the server are shown it. */
async function reviewed({ api, number, limit }: Reading): Promise<Remark[]> {
  const reviews = Review.array()
    .parse(await newest(limit, (page) => onePage(api, `/pulls/${number}/reviews`, page)))
    .filter(({ state }) => state !== 'PENDING');
  const remarks = reviews.flatMap(wordsOf);
  let lines: Remark[] = [];
  for (const review of reviews.toReversed()) {
    if (lines.length >= limit) break;
    if (review.comments_count > 0) lines = [...(await lineComments(api, number, review.id)), ...lines];
  }
  return [...remarks, ...lines];
}

/** A review without a body only carries its line comments, or asks somebody else for one. */
function wordsOf({ id, body, user, submitted_at: createdAt, updated_at: updatedAt }: Review): Remark[] {
  if (body === '') return [];
  return [{ kind: 'review', id, author: toSender(user), body, path: null, line: null, createdAt, updatedAt: updatedAt ?? createdAt }];
}

async function lineComments(api: Api, number: number, reviewId: number): Promise<Remark[]> {
  const { data } = await api.get(`/pulls/${number}/reviews/${reviewId}/comments`);
  return LineComment.array()
    .parse(data)
    .map((comment) => {
      const { path, position, original_position: original } = comment;
      return toRemark(comment, toSender(comment.user), { path, line: position || original || null });
    });
}
