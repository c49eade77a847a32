import { setTimeout as delay } from 'node:timers/promises';
import type { Courier } from './courier.ts';
import { jobsLeft, leftovers, locksHeld } from './leftovers.ts';
import type { Look } from './look.ts';
import type { ChaosOptions } from './options.ts';
import type { Site } from './site.ts';

export interface QuietParts {
  readonly options: ChaosOptions;
  readonly site: Site;
  readonly look: Look;
  readonly courier: Courier;
}

export interface Quiet {
  /** What was not over when the waiting ended. */
  readonly restless: readonly string[];
  /** What was left when everything was over, for the reaper. */
  readonly forReaper: readonly string[];
  /** What nobody removed. */
  readonly left: readonly string[];
}

const WORK_MS = 240_000;
/** Longer than a job of a dead worker is taken to be worked on. */
const TIDY_MS = 120_000;

/** Waits until all work is over, restarts everything as a deploy does, and waits until nothing is left. */
export async function becomeQuiet(parts: QuietParts): Promise<Quiet> {
  const { options, site, look } = parts;
  const restless = await until(WORK_MS, () => unfinished(parts), options);
  const instance = (await look.rows<{ value: string }>("select value from signalbox.facts where name = 'instance'"))[0]!.value;
  const forReaper = await leftovers(site, look, instance, options.docker);
  for (const member of site.members) {
    await member.stop();
    member.start();
  }
  const left = await until(
    TIDY_MS,
    async () => [
      ...(await unfinished(parts)),
      ...(await leftovers(site, look, instance, options.docker)),
      ...(await jobsLeft(site, instance)),
      ...(await locksHeld(look)),
    ],
    options,
  );
  return { restless, forReaper, left };
}

async function unfinished({ site, look, courier }: QuietParts): Promise<string[]> {
  const open: string[] = [];
  for (const member of site.members) if (!member.isUp) open.push(`${member.name} is not up`);
  if (courier.open > 0) open.push(`${courier.open} webhooks are not answered`);
  const [counts] = (await look.once<{ deliveries: number; tasks: number; reports: number }>(`select
    (select count(*)::int from signalbox.deliveries where state = 'received') as deliveries,
    (select count(*)::int from signalbox.tasks where state in ('pending', 'dispatched', 'running')) as tasks,
    (select count(*)::int from signalbox.reports where wanted > done) as reports`)) ?? [null];
  if (!counts) return [...open, 'the database does not answer'];
  for (const [what, number] of Object.entries(counts)) if (number > 0) open.push(`${number} ${what} are open`);
  return open;
}

/** Looks until nothing is left to wait for, twice in a row; what was left at last is the answer. */
async function until(ms: number, look: () => Promise<string[]>, options: ChaosOptions): Promise<string[]> {
  const end = Date.now() + ms;
  let told = Date.now();
  let clean = 0;
  for (;;) {
    options.interrupted.throwIfAborted();
    const seen = await look().catch((error: unknown) => [`a look failed: ${String(error)}`]);
    clean = seen.length === 0 ? clean + 1 : 0;
    if (clean >= 2 || Date.now() > end) return seen;
    if (Date.now() - told > 4_000) {
      options.say(`  waiting: ${seen.slice(0, 4).join('; ')}${seen.length > 4 ? `; and ${seen.length - 4} more` : ''}`);
      told = Date.now();
    }
    await delay(250);
  }
}
