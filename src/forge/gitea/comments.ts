import type { BotIdentity } from '../forge.ts';
import { ensureCommentAt, type CommentPlace, type CommentWish, type PostedComment } from '../comments.ts';
import type { SubjectRef } from '../../domain/task.ts';
import { Comment } from './answers.ts';
import type { Api, GiteaClient } from './client.ts';
import { meaning404, orNull } from './errors.ts';
import { readIssue } from './subjects.ts';

export async function ensureComment(client: GiteaClient, identity: () => Promise<BotIdentity>, ref: SubjectRef, wish: CommentWish) {
  const me = await identity();
  return client.on(ref.repository, `comment on ${ref.repository}#${ref.number}`, (api) =>
    meaning404(
      () => ensureCommentAt(commentsOf(api, ref.number, me.id), wish),
      () => readIssue(api, ref.number),
    ),
  );
}

function commentsOf(api: Api, number: number, botId: number): CommentPlace {
  return {
    async mine() {
      const { data } = await api.get(`/issues/${number}/comments`);
      return Comment.array()
        .parse(data)
        .filter((comment) => comment.user?.id === botId)
        .map(toPosted);
    },
    create: async (body) => toPosted(Comment.parse((await api.post(`/issues/${number}/comments`, { body })).data)),
    edit: (id, body) => orNull(async () => toPosted(Comment.parse((await api.patch(`/issues/comments/${id}`, { body })).data))),
    async remove(id) {
      await api.delete(`/issues/comments/${id}`);
    },
  };
}

function toPosted({ id, html_url: url, body }: Comment): PostedComment {
  return { id, url, body };
}
