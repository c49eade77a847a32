import type { Remark } from '../forge.ts';
import { newest } from '../paging.ts';
import { inOrder, toRemark } from '../remarks.ts';
import type { Where } from '../where.ts';
import type { SubjectRef } from '../../domain/task.ts';
import { toSender } from './accounts.ts';
import { Comment, LineComment, Review } from './answers.ts';
import type { GithubClient, Octokit } from './client.ts';
import { isGone } from './errors.ts';
import { PER_PAGE, toPage } from './paging.ts';

interface Reading {
  readonly octokit: Octokit;
  readonly where: Where;
  readonly number: number;
  readonly limit: number;
}

/** An issue has no reviews, and is told apart by GitHub's 404 for them. */
export async function conversation(client: GithubClient, ref: SubjectRef, limit: number): Promise<Remark[]> {
  return client.on(ref.repository, `read the conversation of ${ref.repository}#${ref.number}`, async (octokit, where) => {
    const reading = { octokit, where, number: ref.number, limit };
    const lists = await Promise.all([comments, reviews, lineComments].map((read) => read(reading).catch(noneIfGone)));
    return inOrder(lists.flat(), limit);
  });
}

function noneIfGone(error: unknown): Remark[] {
  if (isGone(error)) return [];
  throw error;
}

async function comments({ octokit, where, number, limit }: Reading): Promise<Remark[]> {
  const found = await newest(limit, async (page) => {
    const query = { ...where, issue_number: number, per_page: PER_PAGE, page };
    return toPage(page, await octokit.request('GET /repos/{owner}/{repo}/issues/{issue_number}/comments', query));
  });
  return Comment.array()
    .parse(found)
    .map((comment) => toRemark(comment, toSender(comment.user), null));
}

/** A review without a body only carries its line comments. GitHub does not say when a review's body was edited. */
async function reviews({ octokit, where, number, limit }: Reading): Promise<Remark[]> {
  const found = await newest(limit, async (page) => {
    const query = { ...where, pull_number: number, per_page: PER_PAGE, page };
    return toPage(page, await octokit.request('GET /repos/{owner}/{repo}/pulls/{pull_number}/reviews', query));
  });
  return Review.array()
    .parse(found)
    .flatMap(({ id, body, user, submitted_at: at }) => {
      if (body === '' || !at) return [];
      const author = toSender(user);
      return [{ kind: 'review', id, author, body, path: null, line: null, createdAt: at, updatedAt: at } as const];
    });
}

/** A comment on code that has changed since has no line any more; the one that it was written on still tells something. */
async function lineComments({ octokit, where, number, limit }: Reading): Promise<Remark[]> {
  const found = await newest(limit, async (page) => {
    const query = { ...where, pull_number: number, per_page: PER_PAGE, page };
    return toPage(page, await octokit.request('GET /repos/{owner}/{repo}/pulls/{pull_number}/comments', query));
  });
  return LineComment.array()
    .parse(found)
    .map((comment) => {
      const { path, line, original_line: original } = comment;
      return toRemark(comment, toSender(comment.user), { path, line: line ?? original ?? null });
    });
}
