import type { ForgeEvent, Happening } from '../forge.ts';
import { byTime, newestUntil } from '../happenings.ts';
import { commentKey } from '../keys.ts';
import type { Where } from '../where.ts';
import { toSender } from './accounts.ts';
import { IssueEvent, RepositoryComment } from './answers.ts';
import type { GithubClient, Octokit } from './client.ts';
import { PER_PAGE } from './paging.ts';

interface Reading {
  readonly octokit: Octokit;
  readonly where: Where;
  readonly since: Date;
  readonly place: { readonly forge: string; readonly repository: string };
}

export async function happenings(client: GithubClient, forge: string, repository: string, since: Date): Promise<Happening[]> {
  return client.on(repository, `read what happened on ${repository}`, async (octokit, where) => {
    const reading = { octokit, where, since, place: { forge, repository } };
    const lists = [await comments(reading), await events(reading)];
    return byTime(lists.flat());
  });
}

/** A comment that was edited since does not say any more what was said. */
async function comments({ octokit, where, since, place }: Reading): Promise<Happening[]> {
  const query = { ...where, sort: 'created', direction: 'desc', since: since.toISOString(), per_page: PER_PAGE } as const;
  const found = await newestUntil(since, async (page) => {
    const { data } = await octokit.request('GET /repos/{owner}/{repo}/issues/comments', { ...query, page });
    return RepositoryComment.array().parse(data);
  });
  return found.flatMap((comment) => {
    const number = Number(/\/issues\/(\d+)$/.exec(comment.issue_url)?.[1]);
    if (!number || comment.updated_at > comment.created_at) return [];
    const { id, body, created_at: at } = comment;
    const subjectKind = comment.html_url.includes(`/pull/${number}#`) ? 'pull' : 'issue';
    const sender = toSender(comment.user);
    const event: ForgeEvent = { kind: 'commented', subject: { ...place, number }, subjectKind, sender, at, commentId: id, body };
    return [{ key: commentKey(id), event }];
  });
}

/** The list cannot be asked for a time, and gives the newest first. */
async function events({ octokit, where, since, place }: Reading): Promise<Happening[]> {
  const found = await newestUntil(since, async (page) => {
    const { data } = await octokit.request('GET /repos/{owner}/{repo}/issues/events', { ...where, per_page: PER_PAGE, page });
    return IssueEvent.array().parse(data);
  });
  return found.flatMap((one) => {
    const event = toEvent(one, place);
    return event === null ? [] : [{ key: null, event }];
  });
}

function toEvent({ event, issue, actor, label, created_at: at }: IssueEvent, place: Reading['place']): ForgeEvent | null {
  if (!issue) return null;
  const subject = { ...place, number: issue.number };
  const about = { subject, subjectKind: issue.pull_request ? ('pull' as const) : ('issue' as const), sender: toSender(actor), at };
  if (event === 'closed') return { kind: 'closed', ...about };
  if (!label?.name) return null;
  if (event === 'labeled') return { kind: 'label-added', label: label.name, ...about };
  return event === 'unlabeled' ? { kind: 'label-removed', label: label.name, ...about } : null;
}
