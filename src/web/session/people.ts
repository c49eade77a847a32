import { setTimeout as sleep } from 'node:timers/promises';
import type { Role } from '../../domain/role.ts';
import type { Person } from '../../domain/task.ts';
import { SignalboxError } from '../../errors.ts';
import type { Forge } from '../../forge/forge.ts';
import type { Db } from '../../store/database.ts';
import { repositoriesOn } from '../../store/repositories.ts';
import { roleThere } from './role-there.ts';
import type { Rights } from './visitor.ts';

export interface PeopleOptions {
  readonly db: Db;
  /** Milliseconds for which an answer of the forge is believed. */
  readonly believedMs: number;
  readonly now?: () => number;
}

/** What was answered of one repository. `untold`: the forge does not say; `failed`: it did not answer. */
interface Told {
  readonly role: Role | 'untold' | 'failed' | null;
  /** Milliseconds since the epoch: from then on it is not believed. */
  readonly until: number;
}

/** By repository. `until` is endless while the forge is being asked. */
type Remembered = Map<string, { until: number; readonly told: Promise<Told> }>;

/** As many people are remembered; beyond them those who came longest ago are asked about again. */
const MOST_PEOPLE = 200;
/** Those with the newest tasks. */
const MOST_REPOSITORIES = 500;
/** Questions to one forge at a time, for one page. */
const AT_ONCE = 8;
/** Milliseconds for all of them: somebody waits for a page. */
const PATIENCE_MS = 10_000;
/** Milliseconds after which a question that failed is asked again. */
const AGAIN_MS = 5_000;

/** A repository that is not the bot's any more is nobody's here. */
const GONE: readonly string[] = ['forge.not-installed', 'forge.not-found'];

/**
 * What people may see and do who signed in through a forge: asked of the forge for each repository that has tasks, with the
 * bot's own credential, and believed for a short while. Errors: those of the database.
 */
export function createPeople({ db, believedMs, now = Date.now }: PeopleOptions): (forge: Forge, who: Person) => Promise<Rights> {
  const people = new Map<string, Remembered>();

  function rememberedOf(key: string): Remembered {
    const known = people.get(key) ?? new Map();
    // Written anew, it is the last that is forgotten.
    people.delete(key);
    people.set(key, known);
    if (people.size > MOST_PEOPLE) people.delete(people.keys().next().value!);
    return known;
  }

  /** Whoever comes while the forge is being asked waits for the same answer. */
  function told(forge: Forge, repository: string, who: Person, remembered: Remembered): Promise<Told> {
    const before = remembered.get(repository);
    if (before && before.until > now()) return before.told;
    const began = now();
    const entry = { until: Infinity, told: answered() };
    async function answered(): Promise<Told> {
      const role = await ask(forge, repository, who).finally(() => (entry.until = 0));
      entry.until = began + (role === 'failed' ? Math.min(AGAIN_MS, believedMs) : believedMs);
      return { role, until: entry.until };
    }
    remembered.set(repository, entry);
    return entry.told;
  }

  return async function rightsOf(forge, who) {
    const remembered = rememberedOf(`${forge.name} ${who.id} ${who.login}`);
    const soon = { role: 'failed', until: now() + Math.min(AGAIN_MS, believedMs) } as const;
    const until = now() + believedMs;
    const repositories = await repositoriesOn(db, forge.name, MOST_REPOSITORIES);
    const all = await inTime(repositories, (repository) => told(forge, repository, who, remembered), soon);
    return rightsFrom(forge.name, all, until);
  };
}

function rightsFrom(forge: string, all: ReadonlyMap<string, Told>, until: number): Rights {
  const roles = new Map<string, Role>();
  for (const [repository, { role }] of all) if (role !== null && role !== 'untold' && role !== 'failed') roles.set(repository, role);
  return {
    role: null,
    scope: [...roles.keys()].map((repository) => ({ forge, repository })),
    roleIn: (place) => (place.forge === forge ? (roles.get(place.repository) ?? null) : null),
    isPartial: [...all.values()].some(({ role }) => role === 'untold' || role === 'failed'),
    until: Math.min(until, ...[...all.values()].map((one) => one.until)),
  };
}

/** Asks of each, a few at a time. What is not answered while somebody has patience gets the answer `late`. */
async function inTime(
  repositories: readonly string[],
  question: (repository: string) => Promise<Told>,
  late: Told,
): Promise<Map<string, Told>> {
  const all = new Map<string, Told>();
  const done = new AbortController();
  const patience = sleep(PATIENCE_MS, late, { signal: done.signal });
  patience.catch(() => null);
  const left = [...repositories];
  async function askInTurn(): Promise<void> {
    for (let repository = left.shift(); repository !== undefined; repository = left.shift())
      all.set(repository, await Promise.race([question(repository), patience]));
  }
  try {
    await Promise.all(Array.from({ length: AT_ONCE }, askInTurn));
  } finally {
    done.abort();
  }
  return all;
}

async function ask(forge: Forge, repository: string, who: Person): Promise<Told['role']> {
  try {
    return await roleThere(forge, repository, who);
  } catch (error) {
    if (!(error instanceof SignalboxError)) throw error;
    return GONE.includes(error.code) ? null : 'failed';
  }
}
