import { execFile } from 'node:child_process';
import { stat } from 'node:fs/promises';
import { delimiter } from 'node:path';
import { promisify } from 'node:util';
import { Hono } from 'hono';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { apiTokenFile, readApiToken } from '../../src/api-token.ts';
import type { Instance } from '../../src/compose.ts';
import { listen } from '../../src/http/listen.ts';
import { appendEvent, change } from '../../src/store/events.ts';
import { haltOf } from '../../src/store/facts.ts';
import { openNotifications, type Notifications } from '../../src/store/notifications.ts';
import { stopStateOf } from '../../src/store/tasks.ts';
import { createLog } from '../../src/log.ts';
import { testDatabase } from '../support/database.ts';
import { makeScratch } from '../support/git/scratch.ts';
import { startGithub } from '../support/github/github.ts';
import { startSignalbox } from '../support/signalbox.ts';
import { signalboxCommand, type Surroundings } from '../support/signalbox-command.ts';
import { complete, confirmStopped, taskThere } from '../support/tasks.ts';
import { ROOT } from '../structure/project.ts';

const stack = new AsyncDisposableStack();
let signalbox: Instance;
let notifications: Notifications;
/** The same machine and user: nothing is configured but what the server has too. */
let here: Surroundings;

beforeAll(async () => {
  const { url } = stack.use(await testDatabase());
  const { dir } = stack.use(await makeScratch());
  const github = stack.use(await startGithub());
  // No worker: what is at work here is written into the database, and confirmed by the tests.
  signalbox = stack.use(
    await startSignalbox({
      github,
      model: { url: null, apiKey: 'x' },
      dataDir: dir,
      settings: { DATABASE_URL: url, SANDBOX_ENABLED: 'false' },
      roles: ['server'],
    }),
  );
  notifications = stack.use(await openNotifications(url, createLog('silent')));
  here = { cwd: dir, env: { DATA_DIR: dir, ORCHESTRATOR_PORT: new URL(signalbox.url!).port } };
});
afterAll(() => stack.disposeAsync());
beforeEach(async () => {
  await signalbox.database.pool.query('truncate signalbox.tasks, signalbox.agents, signalbox.events, signalbox.reports cascade');
});

const run = (args: readonly string[], more: Partial<Surroundings> = {}) => signalboxCommand(args, { ...here, ...more }).done;
const running = (number: number, repository = 'acme/duration') => taskThere(signalbox.database.db, 'running', { number, repository });

/** As a worker does, when it is told that one of these is to be killed. */
function confirming(...agents: readonly { taskId: string; agentId: string }[]): Disposable {
  const offs = agents.map((agent) => notifications.on(`kill:${agent.taskId}`, () => void confirmStopped(signalbox.database.db, agent)));
  return { [Symbol.dispose]: () => offs.forEach((off) => off()) };
}

describe('the token', () => {
  it('is in a file of the server’s own user, and nothing has to be configured', async () => {
    expect((await stat(apiTokenFile(here.cwd))).mode & 0o777).toBe(0o600);
    expect(await run(['status'])).toMatchObject({ code: 0 });
  });

  it('is API_TOKEN where that is set, and then the server is asked at PUBLIC_URL', async () => {
    const token = (await readApiToken(here.cwd))!;
    const elsewhere = { PUBLIC_URL: `${signalbox.url}/`, DATA_DIR: '/nowhere', ORCHESTRATOR_PORT: '1' };
    expect(await run(['status'], { env: { ...elsewhere, API_TOKEN: token } })).toMatchObject({ code: 0 });
    const wrong = await run(['status'], { env: { ...elsewhere, API_TOKEN: `${token}x` } });
    expect(wrong).toMatchObject({ code: 1, stdout: '' });
    expect(wrong.stderr).toContain('This token is not known');
  });

  it('that is nowhere is said', async () => {
    const { code, stderr } = await run(['kill', 'x'], { env: { ...here.env, DATA_DIR: '/nowhere' } });
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: expect.stringContaining('API_TOKEN is not set, and there is no /nowhere/api-token'),
    });
  });
});

describe('a server that does not answer', () => {
  it.each([
    [['kill', 'x']],
    [['kill-all', '--yes']],
    [['stop', 'x']],
    [['halt']],
    [['resume']],
    [['status']],
    [['queue', 'stats']],
    [['queue', 'pause']],
    [['queue', 'resume']],
  ])('is exit code 3 for %j', async (args) => {
    const { code, stderr } = await run([...args, '--url', 'http://127.0.0.1:1']);
    expect({ code, stderr }).toEqual({ code: 3, stderr: expect.stringContaining('No server answers at http://127.0.0.1:1') });
  });

  it('is an error for programs too', async () => {
    const { code, stdout } = await run(['status', '--json', '--url', 'http://127.0.0.1:1']);
    expect(code).toBe(3);
    expect(JSON.parse(stdout)).toMatchObject({ error: { code: 'cli.unreachable' } });
  });
});

describe('signalbox kill', () => {
  it('waits for the confirmation', async () => {
    const agent = await running(1);
    using _ = confirming(agent);
    const { code, stdout, stderr } = await run(['kill', agent.agentId, '--reason', 'wrong issue']);
    expect({ code, stdout }).toEqual({
      code: 0,
      stdout: expect.stringMatching(new RegExp(`^${agent.agentId} is stopped. Confirmed \\d+\\.\\d s after it was asked for.\n$`)),
    });
    expect(stderr).toBe('');
    expect((await stopStateOf(signalbox.database.db, agent.taskId)).kill).toMatchObject({
      actor: expect.stringMatching(/^api( \(.+\))?$/),
      route: 'api',
      reason: 'wrong issue',
    });
  });

  it('says while it lasts that nothing is confirmed', async () => {
    const agent = await running(1);
    const command = signalboxCommand(['kill', agent.agentId, '--json'], here);
    await command.told(/stop requested, not yet confirmed … 2 s/);
    await confirmStopped(signalbox.database.db, agent);
    const { code, stdout } = await command.done;
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ agentId: agent.agentId, status: 'killed', killConfirmedAt: expect.any(String) });
  });

  it('that nobody confirms is exit code 2, with what is known', async () => {
    const agent = await running(1);
    const data = { reason: 'Not known: \u001b[2Jwhether its sandbox is gone' };
    await change(signalbox.database.db, (tx) => appendEvent(tx, { type: 'task.kill-unconfirmed', taskId: agent.taskId, data }));
    const { code, stdout } = await run(['kill', agent.agentId, '--wait', '0']);
    expect({ code, stdout }).toEqual({
      code: 2,
      stdout: `${agent.agentId}: stop requested, not yet confirmed. Not known:  [2Jwhether its sandbox is gone\n`,
    });
  });

  it('that was confirmed later says nothing of the doubt any more', async () => {
    const agent = await running(1);
    const data = { reason: 'Not known: whether its sandbox is gone' };
    await change(signalbox.database.db, (tx) => appendEvent(tx, { type: 'task.kill-unconfirmed', taskId: agent.taskId, data }));
    expect((await run(['kill', agent.agentId, '--wait', '0'])).stdout).toContain('Not known');
    await confirmStopped(signalbox.database.db, agent);
    expect((await run(['status', agent.agentId])).stdout).toBe(`${agent.agentId}  killed\nStopped.\n`);
  });

  it('takes the id of a task too, whether it has an agent or waits for one', async () => {
    const [agent, waiting] = [await running(1), await taskThere(signalbox.database.db, 'pending')];
    using _ = confirming(agent);
    expect(await run(['kill', agent.taskId])).toMatchObject({ code: 0, stdout: expect.stringContaining(`${agent.agentId} is stopped.`) });
    expect(await run(['kill', waiting.taskId, '--reason', 'not now'])).toMatchObject({
      code: 0,
      stdout: `${waiting.taskId}: It is stopped.\n`,
    });
    expect((await stopStateOf(signalbox.database.db, waiting.taskId)).kill).toMatchObject({ reason: 'not now' });
    expect(await run(['kill', waiting.taskId])).toMatchObject({ code: 0, stdout: `${waiting.taskId}: It was already over (killed).\n` });
  });

  it('of what is over is answered with what is true', async () => {
    const agent = await running(1);
    await complete(signalbox.database.db, agent);
    expect(await run(['kill', agent.agentId])).toMatchObject({ code: 0, stdout: `${agent.agentId}: It was already over (completed).\n` });
  });

  it.each([
    [['kill', '8f1d7c1e-0000-4000-8000-000000000000'], 'There is neither an agent nor a task 8f1d7c1e-'],
    [['stop', '8f1d7c1e-0000-4000-8000-000000000000'], 'There is neither an agent nor a task 8f1d7c1e-'],
    [['kill', '../halt'], 'There is neither'],
    [['kill'], 'missing required argument'],
    [['kill', 'x', '--wait', 'long'], 'A whole number is wanted.'],
  ])('%j is exit code 1', async (args, words) => {
    const { code, stderr } = await run(args);
    expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining(words) });
  });
});

describe('signalbox kill-all', () => {
  it('stops every agent of every repository', async () => {
    const [first, second] = [await running(1), await running(2, 'other/thing')];
    await taskThere(signalbox.database.db, 'pending');
    using _ = confirming(first, second);
    const { code, stdout } = await run(['kill-all', '--yes', '--json']);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toEqual({ message: '3 agents stopped, each confirmed.', total: 3, killed: 3, failed: 0, errors: [] });
  });

  it('asks on a terminal, and names how many will stop', async () => {
    const agent = await running(1);
    const { code, stdout } = await run(['kill-all'], { typed: 'n\n' });
    expect({ code, stdout }).toEqual({
      code: 1,
      stdout: expect.stringContaining('This stops 1 at work and 0 waiting, in every repository. Stop them? [y/N]'),
    });
    expect(stdout).toContain('Nothing was stopped.');
    expect((await stopStateOf(signalbox.database.db, agent.taskId)).kill).toBeNull();
    using _ = confirming(agent);
    expect(await run(['kill-all'], { typed: 'y\n' })).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('1 agent stopped, each confirmed.'),
    });
  });

  it('of a script that does not say --yes stops nothing', async () => {
    const agent = await running(1);
    expect(await run(['kill-all'])).toMatchObject({ code: 1, stderr: expect.stringContaining('Say --yes.') });
    expect((await stopStateOf(signalbox.database.db, agent.taskId)).kill).toBeNull();
  });

  it('waits for what the server did not wait for, and then says what is not confirmed', async () => {
    const errors = ['slow', 'stuck'].map((agentId) => ({ agentId, message: `${agentId}: not yet confirmed` }));
    const status = (agentId: string, more: object) => ({ agentId, taskId: 'x', spawnedAt: new Date(), ...more });
    await using server = await answering({
      '/agents/kill-all': { message: 'Asked.', total: 3, killed: 1, failed: 2, errors },
      '/agents/slow/status': status('slow', { status: 'killed', killRequestedAt: new Date(), killConfirmedAt: new Date() }),
      '/agents/stuck/status': status('stuck', { status: 'running', killRequestedAt: new Date() }),
    });
    const { code, stdout } = await run(['kill-all', '--yes', '--wait', '0', '--url', server.url]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '3 asked to stop: 2 confirmed, 1 not yet.\n  stuck: not yet confirmed\n' });
  });

  /** A server whose answers are known. */
  async function answering(answers: Readonly<Record<string, unknown>>): Promise<{ url: string } & AsyncDisposable> {
    const app = new Hono().all('*', (c) => c.json(answers[c.req.path] ?? {}));
    return listen(app, { host: '127.0.0.1', port: 0 });
  }
});

describe('signalbox stop', () => {
  it('waits for the end, and says what came of it', async () => {
    const agent = await running(1);
    using _ = { [Symbol.dispose]: notifications.on(`stop:${agent.taskId}`, () => void complete(signalbox.database.db, agent)) };
    const { code, stdout } = await run(['stop', agent.agentId, '--reason', 'lunch']);
    expect({ code, stdout }).toEqual({ code: 0, stdout: `${agent.agentId} has ended. The work is in pull request #2.\n` });
    expect((await stopStateOf(signalbox.database.db, agent.taskId)).stop).toMatchObject({ route: 'api', reason: 'lunch' });
    expect(await run(['stop', agent.agentId])).toMatchObject({ code: 0, stdout: `${agent.agentId}: It was already over (completed).\n` });
  });

  it('of a task that waits is its end, because there is nothing to wrap up', async () => {
    const waiting = await taskThere(signalbox.database.db, 'pending');
    expect(await run(['stop', waiting.taskId])).toMatchObject({ code: 0, stdout: `${waiting.taskId}: It is stopped.\n` });
  });

  it('that takes longer is exit code 2', async () => {
    const agent = await running(1);
    expect(await run(['stop', agent.agentId, '--wait', '0'])).toMatchObject({
      code: 2,
      stdout: expect.stringContaining('It is not over yet.'),
    });
  });
});

describe('signalbox halt, resume and queue', () => {
  it('halt and resume', async () => {
    expect(await run(['halt', '--reason', 'maintenance'])).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('nothing new starts'),
    });
    expect(await haltOf(signalbox.database.db)).toMatchObject({ reason: 'maintenance' });
    expect(await run(['halt'])).toMatchObject({ code: 0, stdout: expect.stringContaining('halted before') });
    expect((await run(['queue', 'stats'])).stdout).toContain('halted');
    expect(await run(['resume'])).toMatchObject({ code: 0, stdout: expect.stringContaining('lifted') });
    expect(await haltOf(signalbox.database.db)).toBeNull();
  });

  it('pause and resume the queue', async () => {
    expect(await run(['queue', 'pause'])).toMatchObject({ code: 0, stdout: expect.stringContaining('paused') });
    expect(JSON.parse((await run(['queue', 'stats', '--json'])).stdout)).toMatchObject({ kind: 'postgres', paused: true });
    expect(await run(['queue', 'resume'])).toMatchObject({ code: 0 });
    expect((await run(['queue', 'stats'])).stdout).toBe('0 at work, 0 in the queue (postgres), 0 waiting for room\n');
  });
});

describe('signalbox status', () => {
  it('lists who is at work and who ended lately', async () => {
    expect((await run(['status'])).stdout).toContain('No agent has been at work yet.');
    const [done, live] = [await running(1), await running(2)];
    await complete(signalbox.database.db, done);
    const lines = (await run(['status'])).stdout.split('\n');
    expect(lines).toEqual([
      expect.stringContaining('1 at work'),
      expect.stringMatching(new RegExp(`^${live.agentId} +running +acme/duration#2$`)),
      expect.stringMatching(new RegExp(`^${done.agentId} +completed +acme/duration#1$`)),
      '',
    ]);
    expect(JSON.parse((await run(['status', '--json'])).stdout)).toMatchObject({
      agents: [{ number: 2 }, { number: 1 }],
      queue: { tasks: { running: 1 } },
    });
  });

  it('says where one stands', async () => {
    const agent = await running(1);
    expect((await run(['status', agent.agentId])).stdout).toBe(`${agent.agentId}  running\n`);
    await complete(signalbox.database.db, agent);
    expect((await run(['status', agent.agentId])).stdout).toBe(`${agent.agentId}  completed\nThe work is in pull request #2.\n`);
    expect(JSON.parse((await run(['status', agent.agentId, '--json'])).stdout)).toMatchObject({ status: 'completed' });
  });
});

it('npm exec signalbox runs in a checkout, on the pinned Node, whatever Node the machine has', async () => {
  await using cache = await makeScratch();
  const outside = (process.env['PATH'] ?? '').split(delimiter).filter((folder) => !folder.includes('node_modules'));
  const env = { ...here.env, HOME: cache.dir, PATH: outside.join(delimiter), npm_config_cache: cache.dir };
  const { stdout } = await promisify(execFile)('npm', ['exec', '--offline', '--', 'signalbox', 'queue', 'stats'], { cwd: ROOT, env });
  expect(stdout).toContain('0 at work');
});
