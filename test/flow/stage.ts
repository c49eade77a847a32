import { execFile } from 'node:child_process';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import type { Instance, Role } from '../../src/compose.ts';
import type { StoredEvent } from '../../src/domain/event.ts';
import { isTerminal, type Task } from '../../src/domain/task.ts';
import { readEvents } from '../../src/store/events.ts';
import { instanceId } from '../../src/store/facts.ts';
import { findTask, latestTaskOf } from '../../src/store/tasks.ts';
import { PROJECT } from '../demo/project.ts';
import { testDatabase } from '../support/database.ts';
import type { Person } from '../support/forge/driver/person.ts';
import { Gitea } from '../support/gitea/gitea.ts';
import { startGithub, type Github } from '../support/github/github.ts';
import { startScriptedModel, type ScriptedModel } from '../support/model/scripted-model.ts';
import type { Script } from '../support/model/script.ts';
import { signInSettings, startSignalbox, type StandInForges } from '../support/signalbox.ts';
import { startValkey } from '../support/valkey.ts';

const run = promisify(execFile);
export const REPOSITORY = 'acme/duration';
const API_KEY = 'key-of-the-stand-in-model';

export type StandInForge = Github | Gitea;

export interface StageWish<F extends StandInForge = Github> {
  readonly script: Script;
  readonly files?: Readonly<Record<string, string>>;
  /** By their names in the environment. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Without it commands run as plain processes. */
  readonly docker?: boolean;
  readonly roles?: readonly (readonly Role[])[];
  /** GitHub where nothing is said. */
  readonly forge?: () => Promise<F>;
  /** A second one, for the same instance. */
  readonly beside?: () => Promise<StandInForge>;
  /** Over how a database is got: the run's own server by default, an embedded one of the story's otherwise. */
  readonly embedded?: boolean;
  /** People can sign in with their accounts, at the server's `localhost`. */
  readonly signIn?: boolean;
  /** The queue in a Valkey of the story's own. */
  readonly valkey?: boolean;
}

/** The whole program on stand-ins, with a repository in which ada writes and eve only reads. */
export interface Stage<F extends StandInForge = Github> {
  readonly forge: F;
  /** The second one, empty; null where the wish has none. */
  readonly beside: StandInForge | null;
  readonly model: ScriptedModel;
  /** The newest that serves; `restart` makes another one. */
  readonly signalbox: Instance;
  readonly dataDir: string;
  readonly ada: ReturnType<F['as']>;
  readonly eve: ReturnType<F['as']>;
  /** What the forge holds now. */
  readonly truth: () => ReturnType<F['repository']>;
  openIssue(title: string, body?: string): Promise<number>;
  /** The newest task of an issue or pull request, once it is over and the forge shows it. */
  ended(number: number, count?: number): Promise<Task>;
  tasks(): Promise<Task[]>;
  events(): Promise<StoredEvent[]>;
  /** Ends every process of it in an orderly way and starts them again, on the same database and folder. */
  restart(): Promise<void>;
  /** A worker on another machine: with a DATA_DIR that is shared by the workers of that machine alone. */
  worker(machine: string): Promise<Instance>;
  /** Containers of this instance, however they are. */
  containers(): Promise<string[]>;
}

/** Of whichever forge. */
export type AnyStage = Omit<Stage<StandInForge>, 'ada' | 'eve'> & { readonly ada: Person; readonly eve: Person };

const LONGEST_MS = 90_000;

/**
 * A test that plays one story. After it: whatever was said to the forge and by it is what the forge describes, the model was asked
 * nothing twice, and no container, workspace or worktree is left.
 */
export function story<F extends StandInForge = Github>(name: string, wish: StageWish<F>, play: (stage: Stage<F>) => Promise<void>): void {
  test(name, { timeout: LONGEST_MS + 30_000 }, async () => {
    await using stack = new AsyncDisposableStack();
    const stage = (await setStage(wish, stack)) as unknown as Stage<F>;
    await play(stage);
    await stage.forge.settled();
    stage.forge.assertConformant();
    expect(stage.model.askedTwice()).toEqual([]);
    if (wish.docker) expect(await stage.containers()).toEqual([]);
    expect(await readdir(join(stage.dataDir, 'workspaces')).catch(() => [])).toEqual([]);
    expect(await worktreesIn(stage.dataDir)).toEqual([]);
  });
}

async function setStage(wish: StageWish<StandInForge>, stack: AsyncDisposableStack): Promise<AnyStage> {
  const dataDir = await mkdtemp(join(tmpdir(), 'signalbox-flow-'));
  stack.defer(() => rm(dataDir, { recursive: true, force: true }));
  const forge = stack.use(await (wish.forge ?? startGithub)());
  const other = wish.beside ? stack.use(await wish.beside()) : null;
  const forges = { ...named(forge), ...(other ? named(other) : {}) };
  const model = stack.use(await startScriptedModel({ apiKey: API_KEY, script: wish.script }));
  const database: Record<string, string> = wish.embedded ? {} : { DATABASE_URL: stack.use(await testDatabase()).url };
  const valkey: Record<string, string> = wish.valkey
    ? { VALKEY_HOST: '127.0.0.1', VALKEY_PORT: String(stack.use(await startValkey()).port) }
    : {};
  const signIn = wish.signIn ? signInSettings(forges) : {};
  const settings: Record<string, string> = {
    SANDBOX_ENABLED: String(wish.docker ?? false),
    ...database,
    ...valkey,
    ...signIn,
    ...wish.settings,
  };
  const instances: Instance[] = [];
  async function start(): Promise<void> {
    for (const roles of wish.roles ?? [['server', 'worker']]) {
      instances.push(await startSignalbox({ ...forges, model: { url: model.url, apiKey: API_KEY }, dataDir, settings, roles }));
    }
  }
  async function end(): Promise<void> {
    for (const instance of instances.splice(0).toReversed()) await instance[Symbol.asyncDispose]();
  }
  stack.defer(end);
  await start();
  const current = () => instances.find(({ url }) => url !== null)!;
  const { ada, eve } = await populate(forge, wish.files ?? PROJECT);
  return {
    forge,
    beside: other,
    model,
    get signalbox() {
      return current();
    },
    dataDir,
    ada,
    eve,
    async restart() {
      await end();
      await start();
    },
    async worker(machine) {
      const folder = `${dataDir}.${machine}`;
      stack.defer(() => rm(folder, { recursive: true, force: true }));
      return stack.use(
        await startSignalbox({ ...forges, model: { url: model.url, apiKey: API_KEY }, dataDir: folder, settings, roles: ['worker'] }),
      );
    },
    ...viewsOf(forge, current, ada),
  };
}

function named(forge: StandInForge): StandInForges {
  return forge instanceof Gitea ? { gitea: forge } : { github: forge };
}

export function nameOf(forge: StandInForge): 'github' | 'gitea' {
  return forge instanceof Gitea ? 'gitea' : 'github';
}

/** A repository in which ada writes and eve only reads. */
export async function populate(forge: StandInForge, files: Readonly<Record<string, string>>): Promise<{ ada: Person; eve: Person }> {
  const [ada, eve] = [forge.addUser('ada'), forge.addUser('eve')];
  await forge.addRepository(REPOSITORY, { files: { ...files }, collaborators: { ada: 'write', eve: 'read' } });
  return { ada, eve };
}

function viewsOf(forge: StandInForge, current: () => Instance, ada: Person) {
  async function tasks(): Promise<Task[]> {
    const { db, pool } = current().database;
    const { rows } = await pool.query<{ id: string }>('select id from signalbox.tasks order by created_at');
    return Promise.all(rows.map(async ({ id }) => (await findTask(db, id))!));
  }
  return {
    truth: () => forge.repository(REPOSITORY),
    tasks,
    openIssue: async (title: string, body = '') => (await ada.openIssue(REPOSITORY, { title, body })).number,
    events: () => readEvents(current().database.db, { after: 0, limit: 10_000 }),
    async ended(number: number, count = 1) {
      const subject = { forge: nameOf(forge), repository: REPOSITORY, number };
      return until(async () => {
        // Counted first: a task that is made meanwhile must not let the one before it pass for the newest.
        const all = await tasks();
        const task = await latestTaskOf(current().database.db, subject);
        if (!task || !isTerminal(task.state)) return null;
        const about = all.filter((one) => one.subject.number === task.subject.number);
        return about.length >= count && (await isReported(current(), task.id)) ? task : null;
      }, `the task of #${number} to end`);
    },
    async containers() {
      const label = `signalbox.instance=${await instanceId(current().database.db)}`;
      const { stdout } = await run('docker', ['ps', '-aq', '--filter', `label=${label}`]);
      return stdout.split('\n').filter(Boolean);
    },
  };
}

async function isReported({ database }: Instance, taskId: string): Promise<boolean> {
  const { rows } = await database.pool.query<{ shown: boolean }>(
    'select wanted = done as shown from signalbox.reports where task_id = $1',
    [taskId],
  );
  return rows[0]?.shown === true;
}

/** Waits for a condition, not for a time: what is not null, false or undefined is the answer. */
export async function until<T>(look: () => Promise<T | null | false | undefined> | T | null | false | undefined, what: string): Promise<T> {
  const end = Date.now() + LONGEST_MS;
  while (Date.now() < end) {
    const seen = await look();
    if (seen !== null && seen !== false && seen !== undefined) return seen;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  throw new Error(`waited ${LONGEST_MS / 1000} s for ${what}`);
}

async function worktreesIn(dataDir: string): Promise<string[]> {
  const found = await readdir(join(dataDir, 'mirrors'), { recursive: true }).catch(() => []);
  return found.filter((path) => /\.git\/worktrees\/[^/]+$/.test(path));
}
