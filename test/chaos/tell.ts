import { setTimeout as delay } from 'node:timers/promises';
import type { Github, Person } from '../support/github/github.ts';
import type { Look } from './look.ts';
import type { Operator } from './operator.ts';
import { titleOf, type Story } from './stories.ts';

/** A story's issue, and what a person did to it. */
export interface Told {
  readonly story: Story;
  readonly issue: number;
  readonly askedAt: number;
}

export interface TellParts {
  readonly github: Github;
  readonly person: Person;
  readonly look: Look;
  readonly operator: Operator;
  readonly signal: AbortSignal;
}

/** Milliseconds. A story that takes longer is left to the end, which waits for all of them. */
const LONGEST_MS = 150_000;

/** Plays a story until its task is over. */
export async function tell(parts: TellParts, story: Story, told: Told[]): Promise<void> {
  const { github, person, look, signal } = parts;
  const { repository, ask } = story;
  const labels = ask === 'born-with-label' ? ['agent:worker'] : [];
  const { number: issue } = await person.openIssue(repository, {
    title: titleOf(story),
    body: `Please tell story ${story.number}.`,
    labels,
  });
  told.push({ story, issue, askedAt: Date.now() });
  if (ask === 'label') await person.label(repository, issue, 'agent:worker');
  if (ask === 'comment') await person.comment(repository, issue, '/agent run');
  if (story.kind === 'asked-twice') await askAgain(github, repository, issue);
  await Promise.all([stopLater(parts, story, issue).catch(() => {}), untilOver(look, story, issue, signal)]);
}

/** Somebody else wants the same in the same second. */
async function askAgain(github: Github, repository: string, issue: number): Promise<void> {
  await github.as('bob').label(repository, issue, 'agent:tester');
}

async function stopLater({ person, operator, signal }: TellParts, { repository, end }: Story, issue: number): Promise<void> {
  if (end === null) return;
  await delay(end.afterMs, undefined, { signal });
  if (end.way === 'comment') await person.comment(repository, issue, `/agent ${end.what} enough of this`);
  if (end.way === 'unlabel') await person.unlabel(repository, issue, 'agent:worker');
  if (end.way === 'close') await person.close(repository, issue);
  if (end.way === 'api') await operator.stopAgent(end.what, repository, issue, signal);
}

async function untilOver(look: Look, { repository }: Story, issue: number, signal: AbortSignal): Promise<void> {
  const end = Date.now() + LONGEST_MS;
  while (Date.now() < end && !signal.aborted) {
    const rows = await look.once<{ open: number; all: number }>(
      "select count(*) filter (where state in ('pending', 'dispatched', 'running'))::int as open, count(*)::int as all from signalbox.tasks where repository = $1 and number = $2",
      [repository, issue],
    );
    if (rows?.[0] && rows[0].all > 0 && rows[0].open === 0) return;
    await delay(200, undefined, { signal }).catch(() => {});
  }
}
