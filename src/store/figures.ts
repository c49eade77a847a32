import { sql } from 'drizzle-orm';
import type { Db } from './database.ts';
import { agents, events, tasks } from './schema.ts';
import { within, type Scope } from './scope.ts';

/** What charts are drawn from: reads alone. Days are those of UTC, and a day on which nothing happened is there with zeros. */

export interface SpendOfDay {
  /** `2026-01-31`. */
  readonly day: string;
  readonly costUsd: number;
  readonly agents: number;
}

/** Money by the day on which the agent that spent it began, the last `days` days, oldest first. */
export async function spendPerDay(db: Db, scope: Scope, days: number): Promise<SpendOfDay[]> {
  const result = await db.execute<{ day: string; cost: number; agents: number }>(sql`
    select to_char(d.day, 'YYYY-MM-DD') as day, coalesce(sum(a.cost_usd), 0)::float as cost, count(a.id)::int as agents
    from ${seriesOf(days)} d(day)
    left join (select g.id, g.cost_usd, g.spawned_at from ${agents} g join ${tasks} t on t.id = g.task_id where ${within(scope, TASK)}) a
      on a.spawned_at >= d.day at time zone 'UTC' and a.spawned_at < (d.day + interval '1 day') at time zone 'UTC'
    group by d.day order by d.day`);
  return result.rows.map(({ day, cost, agents: count }) => ({ day, costUsd: cost, agents: count }));
}

export interface PullTimesOfDay {
  readonly day: string;
  readonly count: number;
  /** Milliseconds; null on a day without any. */
  readonly medianMs: number | null;
  readonly slowestMs: number | null;
}

/** From the request (the label, usually) to the pull request, by the day of the request; the first time it was published counts. */
export async function pullTimesPerDay(db: Db, scope: Scope, days: number): Promise<PullTimesOfDay[]> {
  const result = await db.execute<{ day: string; count: number; median: number | null; slowest: number | null }>(sql`
    select to_char(d.day, 'YYYY-MM-DD') as day, count(p.ms)::int as count, max(p.ms)::float as slowest,
      percentile_cont(0.5) within group (order by p.ms)::float as median
    from ${seriesOf(days)} d(day)
    left join (
      select t.created_at, extract(epoch from min(e.at) - t.created_at) * 1000 as ms
      from ${tasks} t join ${events} e on e.task_id = t.id and e.type = 'task.published'
      where ${within(scope, TASK)} group by t.id, t.created_at) p
      on p.created_at >= d.day at time zone 'UTC' and p.created_at < (d.day + interval '1 day') at time zone 'UTC'
    group by d.day order by d.day`);
  return result.rows.map(({ day, count, median, slowest }) => ({ day, count, medianMs: median, slowestMs: slowest }));
}

/** A change of how many tasks wait and how many are at work. */
export interface QueueMove {
  readonly at: Date;
  readonly waiting: number;
  readonly atWork: number;
}

/** The newest moves of the last `hours` hours, oldest first; at most `MOST_MOVES`, those before them are left out. */
export async function queueMoves(db: Db, scope: Scope, hours: number): Promise<QueueMove[]> {
  const result = await db.execute<{ at: string; type: string; had_begun: boolean }>(sql`
    select at, type, had_begun from (
      select e.seq, e.at, e.type,
        exists (select 1 from ${events} b where b.task_id = e.task_id and b.type = 'task.running' and b.seq < e.seq) as had_begun
      from ${events} e join ${tasks} t on t.id = e.task_id
      where ${within(scope, TASK)} and e.type in ('task.pending', 'task.running', 'task.completed', 'task.failed', 'task.killed')
        and e.at > now() - ${hours} * interval '1 hour'
      order by e.seq desc limit ${MOST_MOVES}) newest
    order by seq`);
  return result.rows.map(({ at, type, had_begun: hadBegun }) => ({ at: new Date(at), ...moveOf(type, hadBegun) }));
}

const MOST_MOVES = 50_000;

function moveOf(type: string, hadBegun: boolean): { waiting: number; atWork: number } {
  if (type === 'task.pending') return { waiting: 1, atWork: 0 };
  if (type === 'task.running') return { waiting: -1, atWork: 1 };
  return hadBegun ? { waiting: 0, atWork: -1 } : { waiting: -1, atWork: 0 };
}

function seriesOf(days: number) {
  const today = sql`date_trunc('day', now() at time zone 'UTC')`;
  return sql`generate_series(${today} - ${days - 1} * interval '1 day', ${today}, interval '1 day')`;
}

/** As the queries here name it. */
const TASK = { forge: sql`t.forge`, repository: sql`t.repository` };
