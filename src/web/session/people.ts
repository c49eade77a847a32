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

/** As many people are remembered; beyond them those who were asked about longest ago are asked about again. */
const MOST_PEOPLE = 1000;
/** Those with the newest tasks. */
const MOST_REPOSITORIES = 500;
/** Questions to one forge at a time, for one person. */
const AT_ONCE = 8;
/** Milliseconds for all of them: somebody waits for a page. What was not answered then is asked again soon. */
const PATIENCE_MS = 10_000;
const AGAIN_MS = 5_000;

/** A repository that is not the bot's any more is nobody's here. */
const GONE: readonly string[] = ['forge.not-installed', 'forge.not-found'];

/**
 * What people may see and do who signed in through a forge: asked of the forge for each repository that has tasks, with the
 * bot's own credential, and believed for a short while. Errors: those of the database.
 */
export function createPeople({ db, believedMs, now = Date.now }: PeopleOptions): (forge: Forge, who: Person) => Promise<Rights> {
  const known = new Map<string, { until: number; readonly rights: Promise<Rights> }>();

  async function look(forge: Forge, who: Person): Promise<Rights> {
    const began = now();
    const repositories = await repositoriesOn(db, forge.name, MOST_REPOSITORIES);
    const { roles, isPartial, hasFailed } = await askEach(forge, repositories, who);
    return {
      role: null,
      scope: [...roles.keys()].map((repository) => ({ forge: forge.name, repository })),
      roleIn: (place) => (place.forge === forge.name ? (roles.get(place.repository) ?? null) : null),
      isPartial,
      until: began + (hasFailed ? Math.min(AGAIN_MS, believedMs) : believedMs),
    };
  }

  return function rightsOf(forge, who) {
    const key = `${forge.name} ${who.id} ${who.login}`;
    const before = known.get(key);
    if (before && before.until > now()) return before.rights;
    // Whoever comes while the forge is being asked waits for the same answer.
    const entry = { until: Infinity, rights: look(forge, who) };
    entry.rights.then(
      ({ until }) => (entry.until = until),
      () => (entry.until = 0),
    );
    // Written anew, it is the last that is forgotten.
    known.delete(key);
    known.set(key, entry);
    if (known.size > MOST_PEOPLE) known.delete(known.keys().next().value!);
    return entry.rights;
  };
}

async function askEach(forge: Forge, repositories: readonly string[], who: Person) {
  const roles = new Map<string, Role>();
  const done = new AbortController();
  const late = sleep(PATIENCE_MS, 'failed' as const, { signal: done.signal });
  late.catch(() => null);
  const left = [...repositories];
  let isPartial = false;
  let hasFailed = false;
  async function askInTurn(): Promise<void> {
    for (let repository = left.shift(); repository !== undefined; repository = left.shift()) {
      const role = await Promise.race([toldOf(forge, repository, who), late]);
      if (role === 'failed') hasFailed = true;
      else if (role === 'untold') isPartial = true;
      else if (role !== null) roles.set(repository, role);
    }
  }
  try {
    await Promise.all(Array.from({ length: AT_ONCE }, askInTurn));
  } finally {
    done.abort();
  }
  return { roles, isPartial: isPartial || hasFailed, hasFailed };
}

async function toldOf(forge: Forge, repository: string, who: Person): Promise<Role | 'untold' | 'failed' | null> {
  try {
    return await roleThere(forge, repository, who);
  } catch (error) {
    if (!(error instanceof SignalboxError)) throw error;
    return GONE.includes(error.code) ? null : 'failed';
  }
}
