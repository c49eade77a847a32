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
import { startGithub, type Github, type Person, type RepositoryTruth } from '../support/github/github.ts';
import { startScriptedModel, type ScriptedModel } from '../support/model/scripted-model.ts';
import type { Script } from '../support/model/script.ts';
import { startSignalbox } from '../support/signalbox.ts';
import { startValkey } from '../support/valkey.ts';

const run = promisify(execFile);
export const REPOSITORY = 'acme/duration';
const API_KEY = 'key-of-the-stand-in-model';

export interface StageWish {
  readonly script: Script;
  readonly files?: Readonly<Record<string, string>>;
  /** By their names in the environment. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Without it commands run as plain processes. */
  readonly docker?: boolean;
  readonly roles?: readonly (readonly Role[])[];
  /** Over how a database is got: the run's own server by default, an embedded one of the story's otherwise. */
  readonly embedded?: boolean;
  /** The queue in a Valkey of the story's own. */
  readonly valkey?: boolean;
}

/** The whole program on stand-ins, with a repository in which ada writes and eve only reads. */
export interface Stage {
  readonly github: Github;
  readonly model: ScriptedModel;
  /** The newest that serves; `restart` makes another one. */
  readonly signalbox: Instance;
  readonly dataDir: string;
  readonly ada: Person;
  readonly eve: Person;
  /** What the forge holds now. */
  readonly truth: () => RepositoryTruth;
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

const LONGEST_MS = 90_000;

/**
 * A test that plays one story. After it: whatever was said to GitHub and by it is what GitHub describes, the model was asked
 * nothing twice, and no container, workspace or worktree is left.
 */
export function story(name: string, wish: StageWish, play: (stage: Stage) => Promise<void>): void {
  test(name, { timeout: LONGEST_MS + 30_000 }, async () => {
    await using stack = new AsyncDisposableStack();
    const stage = await setStage(wish, stack);
    await play(stage);
    await stage.github.settled();
    stage.github.assertConformant();
    expect(stage.model.askedTwice()).toEqual([]);
    if (wish.docker) expect(await stage.containers()).toEqual([]);
    expect(await readdir(join(stage.dataDir, 'workspaces')).catch(() => [])).toEqual([]);
    expect(await worktreesIn(stage.dataDir)).toEqual([]);
  });
}

async function setStage(wish: StageWish, stack: AsyncDisposableStack): Promise<Stage> {
  const dataDir = await mkdtemp(join(tmpdir(), 'signalbox-flow-'));
  stack.defer(() => rm(dataDir, { recursive: true, force: true }));
  const github = stack.use(await startGithub());
  const model = stack.use(await startScriptedModel({ apiKey: API_KEY, script: wish.script }));
  const database: Record<string, string> = wish.embedded ? {} : { DATABASE_URL: stack.use(await testDatabase()).url };
  const valkey: Record<string, string> = wish.valkey
    ? { VALKEY_HOST: '127.0.0.1', VALKEY_PORT: String(stack.use(await startValkey()).port) }
    : {};
  const settings: Record<string, string> = { SANDBOX_ENABLED: String(wish.docker ?? false), ...database, ...valkey, ...wish.settings };
  const instances: Instance[] = [];
  async function start(): Promise<void> {
    for (const roles of wish.roles ?? [['server', 'worker']]) {
      instances.push(await startSignalbox({ github, model: { url: model.url, apiKey: API_KEY }, dataDir, settings, roles }));
    }
  }
  async function end(): Promise<void> {
    for (const instance of instances.splice(0).toReversed()) await instance[Symbol.asyncDispose]();
  }
  stack.defer(end);
  await start();
  const current = () => instances.find(({ url }) => url !== null)!;
  const ada = github.addUser('ada');
  const eve = github.addUser('eve');
  await github.addRepository(REPOSITORY, { files: { ...(wish.files ?? PROJECT) }, collaborators: { ada: 'write', eve: 'read' } });
  return {
    github,
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
        await startSignalbox({ github, model: { url: model.url, apiKey: API_KEY }, dataDir: folder, settings, roles: ['worker'] }),
      );
    },
    ...viewsOf(github, current, ada),
  };
}

function viewsOf(github: Github, current: () => Instance, ada: Person) {
  async function tasks(): Promise<Task[]> {
    const { db, pool } = current().database;
    const { rows } = await pool.query<{ id: string }>('select id from signalbox.tasks order by created_at');
    return Promise.all(rows.map(async ({ id }) => (await findTask(db, id))!));
  }
  return {
    truth: () => github.repository(REPOSITORY),
    tasks,
    openIssue: async (title: string, body = '') => (await ada.openIssue(REPOSITORY, { title, body })).number,
    events: () => readEvents(current().database.db, { after: 0, limit: 10_000 }),
    async ended(number: number, count = 1) {
      const subject = { forge: 'github', repository: REPOSITORY, number };
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
