import { notFound } from '../server/errors.ts';
import type { ForgeHub } from '../server/hub.ts';
import type { Account, Comment, Issue, Reaction, Repository } from '../server/model.ts';
import { assertBodyFits } from './bodies.ts';

export function findComment(repository: Repository, id: number): Comment {
  const comment = repository.issues.flatMap((issue) => issue.comments).find((one) => one.id === id);
  if (!comment) throw notFound();
  return comment;
}

export function addComment(hub: ForgeHub, repository: Repository, issue: Issue, body: string, by: Account): Comment {
  assertBodyFits(hub, 'comment', body);
  const at = hub.timestamp();
  const comment: Comment = { id: hub.nextId(), body, user: by, issue, reactions: [], createdAt: at, updatedAt: at };
  issue.comments.push(comment);
  issue.updatedAt = at;
  hub.report(repository, { kind: 'commented', comment, by });
  return comment;
}

export function editComment(hub: ForgeHub, repository: Repository, comment: Comment, body: string, by: Account): void {
  assertBodyFits(hub, 'comment', body);
  const from = comment.body;
  comment.body = body;
  comment.updatedAt = hub.timestamp();
  hub.report(repository, { kind: 'comment-edited', comment, by, from });
}

export function deleteComment(hub: ForgeHub, repository: Repository, comment: Comment, by: Account): void {
  comment.issue.comments = comment.issue.comments.filter((one) => one !== comment);
  hub.report(repository, { kind: 'comment-deleted', comment, by });
}

/** One of a kind for each person: asked again, it is the one that is there. */
export function react(
  hub: ForgeHub,
  reactions: Reaction[],
  content: Reaction['content'],
  user: Account,
): { reaction: Reaction; isNew: boolean } {
  const there = reactions.find((one) => one.user === user && one.content === content);
  if (there) return { reaction: there, isNew: false };
  const reaction = { id: hub.nextId(), user, content, createdAt: hub.timestamp() };
  reactions.push(reaction);
  return { reaction, isNew: true };
}
