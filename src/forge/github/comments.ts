import type { BotIdentity } from '../forge.ts';
import { ensureCommentAt, type CommentPlace, type CommentWish, type PostedComment } from '../comments.ts';
import type { SubjectRef } from '../../domain/task.ts';
import type { Where } from '../where.ts';
import { Comment } from './answers.ts';
import type { GithubClient, Octokit } from './client.ts';
import { isGone } from './errors.ts';
import { PER_PAGE } from './paging.ts';

export async function ensureComment(client: GithubClient, identity: () => Promise<BotIdentity>, ref: SubjectRef, wish: CommentWish) {
  const me = await identity();
  return client.on(ref.repository, `comment on ${ref.repository}#${ref.number}`, (octokit, where) =>
    ensureCommentAt(commentsOf(octokit, where, ref.number, me.id), wish),
  );
}

function commentsOf(octokit: Octokit, where: Where, number: number, botId: number): CommentPlace {
  return {
    async mine() {
      const wish = { ...where, issue_number: number, per_page: PER_PAGE };
      const all = Comment.array().parse(await octokit.paginate('GET /repos/{owner}/{repo}/issues/{issue_number}/comments', wish));
      return all.filter((comment) => comment.user?.id === botId).map(toPosted);
    },
    async create(body) {
      const wish = { ...where, issue_number: number, body };
      return toPosted(Comment.parse((await octokit.request('POST /repos/{owner}/{repo}/issues/{issue_number}/comments', wish)).data));
    },
    async edit(id, body) {
      try {
        const wish = { ...where, comment_id: id, body };
        return toPosted(Comment.parse((await octokit.request('PATCH /repos/{owner}/{repo}/issues/comments/{comment_id}', wish)).data));
      } catch (error) {
        if (isGone(error)) return null;
        throw error;
      }
    },
    async remove(id) {
      await octokit.request('DELETE /repos/{owner}/{repo}/issues/comments/{comment_id}', { ...where, comment_id: id });
    },
  };
}

function toPosted({ id, html_url: url, body }: Comment): PostedComment {
  return { id, url, body };
}
