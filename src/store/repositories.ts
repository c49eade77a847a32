import { desc, eq, max, sql } from 'drizzle-orm';
import type { Db } from './database.ts';
import { agents, tasks } from './schema.ts';
import { within, type Place, type Scope } from './scope.ts';

/** A repository as its tasks tell of it. Figures are those of the last 30 days. */
export interface RepositoryRow {
  readonly forge: string;
  readonly repository: string;
  readonly live: number;
  readonly completed: number;
  readonly failed: number;
  readonly killed: number;
  readonly costUsd: number;
  readonly newestAt: Date;
}

export interface RepositoryCursor {
  readonly newestAt: Date;
  readonly forge: string;
  readonly repository: string;
}

/** Every repository that ever had a task, the most recently used first. */
export async function listRepositories(
  db: Db,
  scope: Scope,
  { limit, after = null }: { limit: number; after?: RepositoryCursor | null },
): Promise<RepositoryRow[]> {
  const behind = after
    ? sql`having (max(t.created_at), t.forge, t.repository) < (${after.newestAt}, ${after.forge}, ${after.repository})`
    : sql``;
  return rowsOf(db, scope, sql`true`, sql`${behind} order by newest desc, t.forge desc, t.repository desc limit ${limit}`);
}

/** null: it never had a task, or is not in scope. */
export async function repositoryRow(db: Db, scope: Scope, of: Place): Promise<RepositoryRow | null> {
  const [row] = await rowsOf(db, scope, sql`t.forge = ${of.forge} and t.repository = ${of.repository}`, sql``);
  return row ?? null;
}

/** The repositories of a forge that ever had a task, the most recently used first. */
export async function repositoriesOn(db: Db, forge: string, limit: number): Promise<string[]> {
  const rows = await db
    .select({ repository: tasks.repository })
    .from(tasks)
    .where(eq(tasks.forge, forge))
    .groupBy(tasks.repository)
    .orderBy(desc(max(tasks.createdAt)), tasks.repository)
    .limit(limit);
  return rows.map(({ repository }) => repository);
}

/** Of those that were judged by their end: a task that somebody stopped says nothing about the agent. null: there is none. */
export function successRate({ completed, failed }: Pick<RepositoryRow, 'completed' | 'failed'>): number | null {
  return completed + failed === 0 ? null : completed / (completed + failed);
}

async function rowsOf(db: Db, scope: Scope, which: ReturnType<typeof sql>, rest: ReturnType<typeof sql>): Promise<RepositoryRow[]> {
  const lately = sql`t.created_at > now() - interval '30 days'`;
  const ended = (state: string) => sql`count(*) filter (where t.state = ${state} and ${lately})::int`;
  const result = await db.execute<Record<string, string | number>>(sql`
    select t.forge, t.repository, max(t.created_at) as newest,
      count(*) filter (where t.state in ('pending', 'dispatched', 'running'))::int as live,
      ${ended('completed')} as completed, ${ended('failed')} as failed, ${ended('killed')} as killed,
      coalesce(sum((select sum(a.cost_usd) from ${agents} a where a.task_id = t.id)) filter (where ${lately}), 0)::float as cost
    from ${tasks} t where ${within(scope, { forge: sql`t.forge`, repository: sql`t.repository` })} and ${which} group by t.forge, t.repository ${rest}`);
  return result.rows.map((row) => ({
    forge: String(row['forge']),
    repository: String(row['repository']),
    live: Number(row['live']),
    completed: Number(row['completed']),
    failed: Number(row['failed']),
    killed: Number(row['killed']),
    costUsd: Number(row['cost']),
    newestAt: new Date(String(row['newest'])),
  }));
}
