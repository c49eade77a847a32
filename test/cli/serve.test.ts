import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { until } from '../flow/stage.ts';
import { testDatabase } from '../support/database.ts';
import { runMain } from '../support/run-main.ts';
import { signalboxCommand, type Surroundings } from '../support/signalbox-command.ts';

const LONG = { timeout: 120_000 };

/** A folder and a database of its own, and nothing to work for. */
async function surroundings(stack: AsyncDisposableStack): Promise<Surroundings> {
  const cwd = await mkdtemp(join(tmpdir(), 'signalbox-serve-'));
  stack.defer(() => rm(cwd, { recursive: true, force: true }));
  const env = {
    DATABASE_URL: stack.use(await testDatabase()).url,
    DATA_DIR: join(cwd, 'data'),
    SANDBOX_ENABLED: 'false',
    CLAUDE_API_KEY: 'key',
    ORCHESTRATOR_HOST: '127.0.0.1',
    ORCHESTRATOR_PORT: '0',
  };
  return { cwd, env };
}

const linesOf = (text: string) =>
  text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);

describe.each(['serve', 'server'])('signalbox %s, to a program', (name) => {
  test('says its address in the first line, and what came before elsewhere', LONG, async () => {
    await using stack = new AsyncDisposableStack();
    const command = signalboxCommand([name, '--json'], await surroundings(stack));
    const first = await until(() => command.printed().split('\n').slice(0, -1).at(0), 'the first line');
    const { url, msg } = JSON.parse(first) as { url: string; msg: string };
    expect(msg).toBe('signalbox is up');
    expect((await fetch(`${url}/health`)).status).toBe(200);
    command.end();
    const { code, stdout, stderr } = await command.done;
    expect(code).toBe(0);
    expect(linesOf(stdout).at(-1)).toMatchObject({ msg: 'signalbox is stopping', signal: 'SIGINT' });
    expect(linesOf(stderr)[0]).toMatchObject({ msg: expect.stringContaining('answers this machine alone') });
  });
});

test('a reader that has seen the first line and goes away ends nothing', LONG, async () => {
  await using stack = new AsyncDisposableStack();
  const { cwd, env } = await surroundings(stack);
  const main = stack.use(runMain(['serve'], { cwd, env: { PATH: process.env['PATH'] ?? '', ...env } }));
  const [, url] = await main.line(/"url":"([^"]+)".*"signalbox is up"/);
  main.child.stdout!.destroy();
  expect((await fetch(`${url}/health`)).status).toBe(200);
  main.child.kill('SIGTERM');
  expect(await main.ended()).toBe(0);
});

test('what keeps it from starting is one line of JSON where that was asked for', LONG, async () => {
  await using stack = new AsyncDisposableStack();
  const { cwd } = await surroundings(stack);
  const { code, stdout, stderr } = await signalboxCommand(['worker', '--json'], { cwd, env: { LOG_LEVEL: 'loud' } }).done;
  expect(code).toBe(1);
  expect(linesOf(stdout)).toEqual([
    { error: { code: expect.any(String), message: expect.stringContaining('LOG_LEVEL: '), nextStep: expect.any(String) } },
  ]);
  expect(stderr).toBe('');
});

test('at a terminal the log is to be read', LONG, async () => {
  await using stack = new AsyncDisposableStack();
  const { cwd, env } = await surroundings(stack);
  const command = signalboxCommand(['serve'], { cwd, env, typed: '' });
  await until(() => /\d\d:\d\d:\d\d .*info.* signalbox is up .*url=http:/.test(command.printed()), 'a line to read');
  command.end();
  await command.done;
});
