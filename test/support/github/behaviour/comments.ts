import { emit } from '../webhooks/emit.ts';
import type { Hub } from '../server/hub.ts';
import { invalid, notFound } from '../server/errors.ts';
import { assertBodyFits } from '../server/limits.ts';
import type { Account, Comment, Issue, Reaction, Repository } from '../server/model.ts';
import { commentView, issueView } from '../views/issue.ts';

export function findComment(repository: Repository, id: number): Comment {
  const comment = repository.issues.flatMap((issue) => issue.comments).find((one) => one.id === id);
  if (!comment) throw notFound();
  return comment;
}

export function addComment(hub: Hub, repository: Repository, issue: Issue, body: string, user: Account, viaApp: boolean): Comment {
  assertWritten(body);
  const at = hub.timestamp();
  const comment: Comment = { id: hub.nextId(), body, user, issue, viaApp, reactions: [], createdAt: at, updatedAt: at };
  issue.comments.push(comment);
  issue.updatedAt = at;
  emitComment(hub, repository, comment, 'created', user);
  return comment;
}

export function editComment(hub: Hub, repository: Repository, comment: Comment, body: string, sender: Account): void {
  assertWritten(body);
  const from = comment.body;
  comment.body = body;
  comment.updatedAt = hub.timestamp();
  emitComment(hub, repository, comment, 'edited', sender, { changes: { body: { from } } });
}

export function deleteComment(hub: Hub, repository: Repository, comment: Comment, sender: Account): void {
  comment.issue.comments = comment.issue.comments.filter((one) => one !== comment);
  emitComment(hub, repository, comment, 'deleted', sender);
}

function assertWritten(body: string): void {
  if (body.trim() === '') throw invalid({ resource: 'IssueComment', code: 'missing_field', field: 'body' });
  assertBodyFits('IssueComment', body);
}

function emitComment(hub: Hub, repository: Repository, comment: Comment, action: string, sender: Account, extra: object = {}): void {
  const issue = issueView(hub, repository, comment.issue);
  emit(hub, repository, 'issue_comment', sender, { action, ...extra, issue, comment: commentView(hub, repository, comment) });
}

/** One of a kind for each person: asked again, GitHub answers 200 with the one that is there. */
export function react(
  hub: Hub,
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
