import { execFileSync } from 'node:child_process';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { compose, type Instance } from '../../src/compose.ts';
import { readConfig } from '../../src/config.ts';
import { createLog } from '../../src/log.ts';
import { appendEvent, change } from '../../src/store/events.ts';
import { haltOf } from '../../src/store/facts.ts';
import { until } from '../flow/stage.ts';
import { testDatabase } from '../support/database.ts';
import { makeScratch } from '../support/git/scratch.ts';
import { signalboxCommand, type Surroundings } from '../support/signalbox-command.ts';
import { complete, taskThere } from '../support/tasks.ts';

const stack = new AsyncDisposableStack();
let url: string;
let signalbox: Instance;
let here: Surroundings;

async function serve(port: string): Promise<Instance> {
  const settings = {
    DATABASE_URL: url,
    SANDBOX_ENABLED: 'false',
    DATA_DIR: here.cwd,
    ORCHESTRATOR_HOST: '127.0.0.1',
    ORCHESTRATOR_PORT: port,
  };
  return compose(readConfig(settings), { log: createLog('silent'), roles: ['server'] });
}

beforeAll(async () => {
  ({ url } = stack.use(await testDatabase()));
  const { dir } = stack.use(await makeScratch());
  here = { cwd: dir, env: { DATA_DIR: dir } };
  signalbox = await serve('0');
  stack.defer(() => signalbox[Symbol.asyncDispose]());
  here = { cwd: dir, env: { DATA_DIR: dir, ORCHESTRATOR_PORT: new URL(signalbox.url!).port } };
  // Nothing is dispatched, so that what waits keeps waiting.
  expect(await run(['halt'])).toMatchObject({ code: 0 });
});
afterAll(() => stack.disposeAsync());
beforeEach(async () => {
  await signalbox.database.pool.query(
    'truncate signalbox.tasks, signalbox.agents, signalbox.events, signalbox.reports, signalbox.tokens cascade',
  );
});

const start = (args: readonly string[], more: Partial<Surroundings> = {}) => signalboxCommand(args, { ...here, ...more });
const run = (args: readonly string[], more: Partial<Surroundings> = {}) => start(args, more).done;
const json = async (args: readonly string[]) => JSON.parse((await run([...args, '--json'])).stdout) as Record<string, unknown>;

describe('signalbox tasks', () => {
  it('list, show, edit and cancel', async () => {
    const db = signalbox.database.db;
    const [waiting, done] = [await taskThere(db, 'pending', { number: 1 }), await taskThere(db, 'running', { number: 2 })];
    await complete(db, done);
    const list = await run(['tasks', 'list']);
    expect(list.stdout.split('\n')).toEqual([
      expect.stringMatching(new RegExp(`^${done.taskId}  completed +acme/duration#2 `)),
      expect.stringMatching(new RegExp(`^${waiting.taskId}  pending +acme/duration#1 +priority 5, worker, asked for by ada$`)),
      '',
    ]);
    expect(await json(['tasks', 'list', '--state', 'completed', 'failed'])).toMatchObject({ tasks: [{ taskId: done.taskId }], next: null });
    expect((await run(['tasks', 'list', '--limit', '1'])).stdout).toContain('There are more: --cursor ');
    expect((await run(['tasks', 'show', done.agentId])).stdout).toContain('The work is in pull request #2.');
    expect(await json(['tasks', 'show', waiting.taskId])).toMatchObject({ taskId: waiting.taskId, gates: [] });
    expect(await json(['tasks', 'edit', waiting.taskId, '--priority', '1', '--cost', '0.5'])).toMatchObject({
      priority: 1,
      limits: { costUsd: 0.5 },
    });
    expect(await run(['tasks', 'cancel', waiting.taskId, '--reason', 'not now'])).toMatchObject({
      code: 0,
      stdout: `${waiting.taskId}: It is stopped.\n`,
    });
    expect(await run(['tasks', 'edit', waiting.taskId, '--priority', '2'])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('this one is killed'),
    });
    expect(await run(['tasks', 'edit', waiting.taskId])).toMatchObject({ code: 1, stderr: expect.stringContaining('Say --priority') });
    expect(await run(['tasks', 'show', 'nothing'])).toMatchObject({ code: 1, stderr: expect.stringContaining('`signalbox tasks list`') });
  });

  it('that is at work when it is cancelled is exit code 2: it is not confirmed', async () => {
    const { taskId } = await taskThere(signalbox.database.db, 'running');
    expect(await run(['tasks', 'cancel', taskId])).toMatchObject({ code: 2, stdout: `${taskId}: Stop requested, not yet confirmed.\n` });
  });
});

describe('signalbox token', () => {
  it('makes one for another machine, and takes it back', async () => {
    const { code, stdout } = await run(['token', 'create', 'ci', '--role', 'operator', '--days', '30']);
    expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringMatching(/^sbx_[\w-]{43}\n$/) });
    const elsewhere = { env: { API_TOKEN: stdout.trim(), PUBLIC_URL: signalbox.url! } };
    expect(await run(['status'], elsewhere)).toMatchObject({ code: 0 });
    expect(await run(['resume'], elsewhere)).toMatchObject({ code: 1, stderr: expect.stringContaining('needs the role admin') });
    expect(await haltOf(signalbox.database.db)).not.toBeNull();
    const { tokens } = (await json(['token', 'list'])) as { tokens: { id: string }[] };
    expect((await run(['token', 'list'])).stdout).toMatch(/^\S{36} {2}operator {2}ci: made by api.*, last used .*, valid until /);
    expect(await run(['token', 'revoke', tokens[0]!.id])).toMatchObject({ code: 0, stdout: 'ci is revoked.\n' });
    expect(await run(['status'], elsewhere)).toMatchObject({ code: 1, stderr: expect.stringContaining('not valid any more') });
    expect((await run(['token', 'list'])).stdout).toContain('revoked');
  });
});

describe('signalbox events and audit', () => {
  const note = (reason: string) =>
    change(signalbox.database.db, (tx) => appendEvent(tx, { type: 'queue.paused', data: { actor: 'ada', reason } }));

  it('tell what happened', async () => {
    await note('one');
    await note('two \u001b[2J');
    const { stdout } = await run(['events', '--limit', '1']);
    expect(stdout).toMatch(/^\d+ {2}\S+Z {2}queue\.paused {2}by ada {2}actor=ada reason=two\s+\[2J\n$/);
    const lines = (await run(['events', '--json', '--type', 'queue.paused'])).stdout.trim().split('\n');
    expect(lines.map((line) => (JSON.parse(line) as { data: { reason: string } }).data.reason)).toEqual(['one', 'two \u001b[2J']);
    expect(await json(['audit', '--actor', 'ada', '--limit', '1'])).toMatchObject({
      events: [{ actor: 'ada', data: { reason: 'two \u001b[2J' } }],
    });
    expect((await run(['audit', '--actor', 'eve'])).stdout).toBe('There is nothing of that.\n');
  });

  it('are followed over a restart of the server, without a gap', async () => {
    const first = await note('0');
    const follower = start(['events', '-f', '--json', '--after', String(first - 1)]);
    const seen = () =>
      follower
        .printed()
        .trim()
        .split('\n')
        .filter(Boolean)
        .map((line) => (JSON.parse(line) as { data: { reason: string } }).data.reason);
    await until(() => seen().length === 1, 'the first event');
    await note('1');
    await until(() => seen().length === 2, 'the second event');
    const port = new URL(signalbox.url!).port;
    const { db } = signalbox.database;
    await change(db, (tx) => appendEvent(tx, { type: 'queue.paused', data: { reason: '2' } }));
    await signalbox[Symbol.asyncDispose]();
    signalbox = await serve(port);
    await note('3');
    await until(() => seen().length === 4, 'the events around the restart');
    expect(seen()).toEqual(['0', '1', '2', '3']);
    follower.end();
    await follower.done;
  });
});

describe('signalbox completion', () => {
  it('knows the words of every command', async () => {
    const { stdout } = await run(['completion', 'bash']);
    const completions = (...words: string[]) =>
      execFileSync(
        'bash',
        [
          '-c',
          `${stdout}\nCOMP_WORDS=(signalbox ${words.join(' ')} ''); COMP_CWORD=${words.length + 1}; _signalbox; echo "\${COMPREPLY[*]}"`,
        ],
        { encoding: 'utf8' },
      ).trim();
    expect(completions()).toContain('run status logs');
    expect(completions('tasks')).toContain('list show edit cancel');
    expect(completions('tasks', 'edit')).toContain('--priority');
    expect(completions('kill')).toContain('--reason');
    expect((await run(['completion', 'zsh'])).stdout).toContain('bashcompinit');
    expect((await run(['completion', 'fish'])).stdout).toContain("complete -c signalbox -f -n '__fish_use_subcommand' -a kill-all");
    expect((await run(['completion', 'tcsh'])).code).not.toBe(0);
  });
});
