import { setTimeout as delay } from 'node:timers/promises';
import { SCRIPT as MEND_DURATION } from '../demo/script.ts';
import { ISSUE as DURATION_ISSUE } from '../demo/project.ts';
import type { Script } from '../support/model/script.ts';
import { WORKER } from './past.ts';
import { AT_WORK, GIVE_DISCOUNTS, JUDGED, SHOW_NET_PRICES } from './storefront.ts';
import type { PEOPLE, World } from './world.ts';

interface Asked {
  readonly repository: string;
  readonly title: string;
  readonly body?: string;
  readonly by: (typeof PEOPLE)[number];
  /** A slash command in place of the label. */
  readonly comment?: string;
}

const DURATION = { repository: 'acme/duration', ...DURATION_ISSUE, by: 'ada' } as const;
const DISCOUNTS = { repository: 'acme/storefront', title: 'Take discounts off before the tax', by: 'edsger' } as const;
const NET_PRICES = {
  repository: 'acme/storefront',
  title: 'Show the price without the tax',
  body: 'People who buy for a company want to see both prices in the basket.',
  by: 'grace',
} as const;
const UNWANTED = { repository: 'lumen/api', title: 'Rename devices in bulk', by: 'edsger' } as const;
const AT_WORK_NOW = [
  { repository: 'lumen/api', title: 'Limit how much one request may ask for', by: 'grace' },
  { repository: 'acme/storefront', title: 'Keep a cart between visits', by: 'ada' },
  { repository: 'acme/storefront', title: 'Let people pay in instalments', by: 'edsger' },
] as const;
const WAITING: readonly Asked[] = [
  { repository: 'acme/storefront', title: 'The checkout answers 500 without a postcode', by: 'grace', comment: '/agent run --priority 1' },
  { repository: 'acme/duration', title: 'Say hours as well', by: 'ada' },
  { repository: 'lumen/api', title: 'Log who asked for a deletion', by: 'grace' },
  { repository: 'acme/storefront', title: 'Read the tax from the country', by: 'edsger', comment: '/agent run tester --priority 8' },
];

export const SCRIPT: Script = [
  { when: DURATION.title, turns: MEND_DURATION },
  { when: DISCOUNTS.title, turns: GIVE_DISCOUNTS },
  { when: NET_PRICES.title, turns: SHOW_NET_PRICES },
  { when: AT_WORK_NOW[1].title, turns: JUDGED },
  { turns: AT_WORK },
];

/** The ids of the tasks that pictures are of. */
export interface Played {
  readonly green: string;
  readonly red: string;
}

/** Real stories, one after another, and then what is at work and what waits; each is said to have been some minutes ago. */
export async function playStories(world: World): Promise<Played> {
  const red = await over(world, NET_PRICES);
  await setBack(world, red, 64, 70);
  const green = await over(world, DISCOUNTS);
  await setBack(world, green, 41, 60);
  await setBack(world, await over(world, DURATION), 26, 60);
  const unwanted = await ask(world, UNWANTED);
  await taskThat(world, unwanted, "a.step = 'the agent is working'");
  await world.github.as('ada').comment(UNWANTED.repository, unwanted.number, '/agent kill devices get groups first');
  await setBack(world, await taskThat(world, unwanted, 't.kill_confirmed_at is not null'), 19, 40);
  await startWaiting(world);
  return { green, red };
}

async function startWaiting(world: World): Promise<void> {
  const steps = ['the agent is working', 'running the gates', 'the agent is working'];
  for (const [index, asked] of AT_WORK_NOW.entries()) {
    const issue = await ask(world, asked);
    const busy = await taskThat(world, issue, `a.step = '${steps[index]!}' and a.cost_usd > 0`);
    await setBack(world, busy, 12 - 4 * index, 30);
  }
  for (const [index, asked] of WAITING.entries()) {
    const issue = await ask(world, asked);
    await setBack(world, await taskThat(world, issue, 'true'), 6 - index, 1);
  }
}

interface Issue {
  readonly repository: string;
  readonly number: number;
}

async function ask({ github }: World, { repository, title, body = '', by, comment }: Asked): Promise<Issue> {
  const person = github.as(by);
  const { number } = await person.openIssue(repository, { title, body });
  await (comment === undefined ? person.label(repository, number, 'agent:worker') : person.comment(repository, number, comment));
  return { repository, number };
}

async function over(world: World, asked: Asked): Promise<string> {
  const issue = await ask(world, asked);
  return taskThat(world, issue, "t.state in ('completed', 'failed') and r.wanted = r.done");
}

const LONGEST_MS = 60_000;

/** The id of the issue's task, once it is as the condition says. */
async function taskThat({ database }: World, { repository, number }: Issue, condition: string): Promise<string> {
  const end = Date.now() + LONGEST_MS;
  while (Date.now() < end) {
    const { rows } = await database.pool.query<{ id: string }>(
      `select t.id from signalbox.tasks t left join signalbox.agents a on a.task_id = t.id left join signalbox.reports r on r.task_id = t.id
       where t.repository = $1 and t.number = $2 and ${condition}`,
      [repository, number],
    );
    if (rows[0]) return rows[0].id;
    await delay(50);
  }
  throw new Error(`waited ${LONGEST_MS / 1000} s until the task of ${repository}#${number} was so: ${condition}`);
}

/** As if the task had been asked for so many minutes ago, each of its seconds had been `stretch` seconds, and a worker of no real machine had it. */
async function setBack({ database: { pool } }: World, id: string, minutes: number, stretch: number): Promise<void> {
  const { rows } = await pool.query<{ at: Date }>('select created_at as at from signalbox.tasks where id = $1', [id]);
  const values = [id, minutes, rows[0]!.at];
  const moved = (column: string) => `${column} = now() - $2 * interval '1 minute' + (${column} - $3::timestamptz) * ${stretch}`;
  const events = [moved('at'), `data = case when data ? 'worker' then data || '{"worker": "${WORKER}"}' else data end`];
  const agents = [...['spawned_at', 'started_at', 'ended_at'].map(moved), `worker = '${WORKER}'`];
  const tasks = ['created_at', 'updated_at', 'kill_confirmed_at'].map(moved);
  await pool.query(`update signalbox.events set ${events.join(', ')} where task_id = $1`, values);
  await pool.query(`update signalbox.agents set ${agents.join(', ')} where task_id = $1`, values);
  await pool.query(`update signalbox.tasks set ${tasks.join(', ')} where id = $1`, values);
}
