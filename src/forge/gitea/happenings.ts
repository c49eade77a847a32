import type { ForgeEvent, Happening } from '../forge.ts';
import { MAX_PAGES, wholeSecond } from '../happenings.ts';
import { commentKey } from '../keys.ts';
import { toSender } from './accounts.ts';
import { Comment, Issue, type TimelineEvent } from './answers.ts';
import type { Api, GiteaClient } from './client.ts';
import { closedKey } from './keys.ts';
import { everyPage } from './pages.ts';
import { isClosing, readTimeline, toLabelChange } from './timeline.ts';

interface Reading {
  readonly api: Api;
  readonly since: Date;
  readonly place: { readonly forge: string; readonly repository: string };
}

/** Comments and all else of a timeline are numbered as one, in the order in which they happened. */
interface Numbered {
  readonly id: number;
  readonly happening: Happening;
}

export async function happenings(client: GiteaClient, forge: string, repository: string, since: Date): Promise<Happening[]> {
  return client.on(repository, `read what happened on ${repository}`, async (api) => {
    const reading = { api, since: wholeSecond(since), place: { forge, repository } };
    const lists = [await comments(reading), await changes(reading)];
    const inOrder = lists.flat().sort((a, b) => a.id - b.id);
    return inOrder.map(({ happening }) => happening);
  });
}

/** A comment that was edited since does not say any more what was said. */
async function comments({ api, since, place }: Reading): Promise<Numbered[]> {
  const found = await everyPage(api, '/issues/comments', { since: since.toISOString() }, MAX_PAGES);
  return Comment.array()
    .parse(found)
    .flatMap((comment) => {
      const { id, body, created_at: at, updated_at: changed, pull_request_url: pullUrl } = comment;
      const number = Number(/\/(\d+)$/.exec(pullUrl || comment.issue_url)?.[1]);
      if (!number || at < since || changed > at) return [];
      const subjectKind = pullUrl === '' ? 'issue' : 'pull';
      const sender = toSender(comment.user);
      const event: ForgeEvent = { kind: 'commented', subject: { ...place, number }, subjectKind, sender, at, commentId: id, body };
      return [{ id, happening: { key: commentKey(id), event } }];
    });
}

/** There is no list of events of a whole repository. */
async function changes({ api, since, place }: Reading): Promise<Numbered[]> {
  const touched = Issue.array().parse(await everyPage(api, '/issues', { state: 'all', since: since.toISOString() }, MAX_PAGES));
  const all: Numbered[] = [];
  for (const issue of touched) {
    const events = await readTimeline(api, issue.number, since);
    const lastClosing = events.findLast(isClosing);
    for (const event of events) {
      const happening = toHappening(event, issue, event === lastClosing, place);
      if (happening !== null) all.push({ id: event.id, happening });
    }
  }
  return all;
}

function toHappening(event: TimelineEvent, issue: Issue, isLastClosing: boolean, place: Reading['place']): Happening | null {
  const [label] = toLabelChange(event);
  if (label) {
    const kind = label.change === 'added' ? 'label-added' : 'label-removed';
    return { key: null, event: { kind, label: label.label, ...about(event, issue, place) } };
  }
  if (!isClosing(event)) return null;
  // The subject's own time is the one that a webhook has; the timeline's can be a second later.
  const at = (isLastClosing && issue.state === 'closed' ? issue.closed_at : null) ?? event.created_at;
  return { key: closedKey(issue.number, at), event: { kind: 'closed', ...about(event, issue, place), at } };
}

function about({ user, created_at: at }: TimelineEvent, issue: Issue, place: Reading['place']) {
  const subject = { ...place, number: issue.number };
  return { subject, subjectKind: issue.pull_request ? ('pull' as const) : ('issue' as const), sender: toSender(user), at };
}
