import { execFile, type ChildProcess } from 'node:child_process';
import { chmod, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { PROJECT } from '../demo/project.ts';
import { messageOf } from '../../src/errors.ts';
import { startGithub, type RepositoryTruth } from '../support/github/github.ts';
import { startScriptedModel } from '../support/model/scripted-model.ts';
import { testDatabase } from '../support/database.ts';
import { needsDocker, needsValkey } from '../support/needs.ts';
import { runMain, type RunningMain } from '../support/run-main.ts';
import { settingsFor, WEBHOOK_SECRET } from '../support/signalbox.ts';
import { startValkey } from '../support/valkey.ts';
import { MEND } from './scripts.ts';
import { REPOSITORY, until } from './stage.ts';

const run = promisify(execFile);
const noDocker = await needsDocker();
const noValkey = await needsValkey();
const PATH = process.env['PATH'] ?? '';
const API_KEY = 'key-of-the-stand-in-model';
const LONG = { timeout: 120_000 };

async function scratch(stack: AsyncDisposableStack): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'signalbox-process-'));
  stack.defer(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

interface Process {
  readonly pid: number;
  readonly parent: number;
  readonly args: string;
}

async function processes(): Promise<Process[]> {
  const { stdout } = await run('ps', ['-A', '-o', 'pid=,ppid=,args=']);
  return [...stdout.matchAll(/^ *(\d+) +(\d+) (.*)$/gm)].map(([, pid, parent, args = '']) => ({
    pid: Number(pid),
    parent: Number(parent),
    args,
  }));
}

/** A Signalbox's process, its database's, and whatever either has started. */
async function familyOf(child: ChildProcess, folder: string): Promise<Process[]> {
  const all = await processes();
  const pidFile = (await readdir(folder, { recursive: true })).find((path) => path.endsWith('postmaster.pid'));
  const roots = [child.pid, ...(pidFile ? [Number.parseInt(await readFile(join(folder, pidFile), 'utf8'), 10)] : [])];
  const family = all.filter(({ pid }) => roots.includes(pid));
  for (const member of family)
    family.push(...all.filter(({ pid, parent }) => parent === member.pid && !family.some((one) => one.pid === pid)));
  return family;
}

async function stillThere(family: readonly Process[]): Promise<Process[]> {
  const all = await processes();
  return family.filter((member) => all.some(({ pid, args }) => pid === member.pid && args === member.args));
}

/** Files that a running database keeps. */
async function databasesIn(folder: string): Promise<string[]> {
  return (await readdir(folder, { recursive: true })).filter((path) => path.endsWith('postmaster.pid'));
}

/** Until the agent's check is there; what the process said, where it ended otherwise. */
async function agentDone(truth: RepositoryTruth, main: RunningMain): Promise<void> {
  const check = await until(
    async () => (await truth.checks()).find(({ name, status }) => name === 'signalbox/agent' && status === 'completed'),
    'the agent’s check',
  ).catch((error: unknown) => {
    throw new Error(`${messageOf(error)}:\n${main.output()}`);
  });
  expect(check.conclusion, main.output()).toBe('success');
}

describe('npm start', () => {
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    test(`does the label story in a process of its own, ends on ${signal}, and leaves nothing running`, LONG, async () => {
      await using stack = new AsyncDisposableStack();
      const folder = await scratch(stack);
      const github = stack.use(await startGithub());
      const model = stack.use(await startScriptedModel({ apiKey: API_KEY, script: MEND }));
      const ada = github.addUser('ada');
      const truth = await github.addRepository(REPOSITORY, { files: PROJECT, collaborators: { ada: 'write' } });
      const settings = { SANDBOX_ENABLED: 'false', LOG_LEVEL: 'info' };
      const main = stack.use(
        runMain(['serve'], {
          cwd: folder,
          env: settingsFor({ github, model: { url: model.url, apiKey: API_KEY }, dataDir: join(folder, 'data'), settings }),
        }),
      );
      const [, url] = await main.line(/"url":"([^"]+)".*"signalbox is up"/);
      github.deliverTo({ url: `${url}/webhooks/github`, secret: WEBHOOK_SECRET });

      const { number } = await ada.openIssue(REPOSITORY, { title: 'duration(119) says 2 minutes', labels: ['agent:worker'] });
      await agentDone(truth, main);
      expect(truth.pulls()).toMatchObject([{ title: 'Cut minutes off instead of rounding them', draft: false }]);
      await until(() => truth.comments(number).some(({ body }) => body.includes('✅ **Done.**')), 'the status comment');
      const family = await familyOf(main.child, folder);
      expect(family.map(({ args }) => args).join('\n')).toMatch(/postgres/);

      main.child.kill(signal);
      expect(await main.ended()).toBe(0);
      expect(await stillThere(family)).toEqual([]);
      expect(main.output()).toContain('signalbox is stopping');
      for (const secret of [WEBHOOK_SECRET, API_KEY, github.privateKey.slice(40, 90), 'ghs_']) expect(main.output()).not.toContain(secret);
    });
  }

  test('goes on, after an end, with what it was asked while it was away', LONG, async () => {
    await using stack = new AsyncDisposableStack();
    const folder = await scratch(stack);
    const github = stack.use(await startGithub());
    const model = stack.use(await startScriptedModel({ apiKey: API_KEY, script: MEND }));
    github.addUser('ada');
    const truth = await github.addRepository(REPOSITORY, { files: PROJECT, collaborators: { ada: 'write' } });
    const env = settingsFor({
      github,
      model: { url: model.url, apiKey: API_KEY },
      dataDir: join(folder, 'data'),
      settings: { SANDBOX_ENABLED: 'false', LOG_LEVEL: 'info' },
    });
    const UP = /"url":"([^"]+)".*"signalbox is up"/;

    const server = stack.use(runMain(['server'], { cwd: folder, env }));
    const [, url] = await server.line(UP);
    github.deliverTo({ url: `${url}/webhooks/github`, secret: WEBHOOK_SECRET });
    await github.as('ada').openIssue(REPOSITORY, { title: 'duration(119) says 2 minutes', labels: ['agent:worker'] });
    await server.line(/"event":"issues".*"delivery handled"/);
    server.child.kill('SIGKILL');
    await server.ended();
    expect(truth.pulls()).toEqual([]);

    const again = stack.use(runMain(['serve'], { cwd: folder, env }));
    await again.line(UP);
    await agentDone(truth, again);
    expect(truth.pulls()).toHaveLength(1);
    again.child.kill('SIGTERM');
    expect(await again.ended()).toBe(0);
    expect(await databasesIn(folder)).toEqual([]);
  });
});

describe('a worker', () => {
  test.skipIf(noValkey)('whose queue is away ends when it is asked to', LONG, async () => {
    await using stack = new AsyncDisposableStack();
    const cwd = await scratch(stack);
    const valkey = stack.use(await startValkey());
    const github = stack.use(await startGithub());
    const settings = {
      DATABASE_URL: stack.use(await testDatabase()).url,
      VALKEY_HOST: '127.0.0.1',
      VALKEY_PORT: String(valkey.port),
      SANDBOX_ENABLED: 'false',
      LOG_LEVEL: 'info',
    };
    const model = { url: null, apiKey: API_KEY };
    const main = stack.use(runMain(['worker'], { cwd, env: settingsFor({ github, model, dataDir: join(cwd, 'data'), settings }) }));
    await main.line(/signalbox is up/);
    await valkey[Symbol.asyncDispose]();
    main.child.kill('SIGTERM');
    expect(await main.ended(), main.output()).toBe(0);
  });
});

describe('what cannot start', () => {
  test('says every problem of the settings at once', LONG, async () => {
    await using stack = new AsyncDisposableStack();
    const cwd = await scratch(stack);
    const main = stack.use(
      runMain([], { cwd, env: { PATH, APP_ID: '17', WEBHOOK_SECRET: 'short', ORCHESTRATOR_PORT: 'http', LOG_LEVEL: 'loud' } }),
    );
    expect(await main.ended()).toBe(1);
    for (const name of ['PRIVATE_KEY or PRIVATE_KEY_PATH', 'WEBHOOK_SECRET', 'ORCHESTRATOR_PORT', 'LOG_LEVEL'])
      expect(main.output()).toContain(`${name}: `);
    expect(main.output()).toContain('.env.example documents each one.');
    expect(main.output()).not.toMatch(/\n {4}at /);
    expect(await databasesIn(cwd)).toEqual([]);
  });

  test('says that the port is taken, and stops the database that it had started', LONG, async () => {
    await using stack = new AsyncDisposableStack();
    const cwd = await scratch(stack);
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    stack.defer(() => void other.close());
    const { port } = other.address() as AddressInfo;
    const env = {
      PATH,
      CLAUDE_API_KEY: 'key',
      DATA_DIR: join(cwd, 'data'),
      SANDBOX_ENABLED: 'false',
      ORCHESTRATOR_HOST: '127.0.0.1',
      ORCHESTRATOR_PORT: String(port),
      LOG_LEVEL: 'silent',
    };
    const main = stack.use(runMain(['serve'], { cwd, env }));
    expect(await main.ended()).toBe(1);
    expect(main.output()).toContain(`Cannot listen on 127.0.0.1:${port}`);
    expect(main.output()).toContain('Another program uses the port: stop it, or set ORCHESTRATOR_PORT.');
    expect(await databasesIn(cwd)).toEqual([]);
  });

  test('says that a worker needs a key for its model', LONG, async () => {
    await using stack = new AsyncDisposableStack();
    const cwd = await scratch(stack);
    const main = stack.use(
      runMain(['worker'], { cwd, env: { PATH, DATA_DIR: join(cwd, 'data'), SANDBOX_ENABLED: 'false', LOG_LEVEL: 'silent' } }),
    );
    expect(await main.ended()).toBe(1);
    expect(main.output()).toContain('Set CLAUDE_API_KEY');
    expect(await databasesIn(cwd)).toEqual([]);
  });

  test('says that the database cannot be reached', LONG, async () => {
    await using stack = new AsyncDisposableStack();
    const cwd = await scratch(stack);
    const env = {
      PATH,
      CLAUDE_API_KEY: 'key',
      DATABASE_URL: 'postgres://nobody:hunter2@127.0.0.1:1/none',
      DATA_DIR: join(cwd, 'data'),
      LOG_LEVEL: 'silent',
    };
    const main = stack.use(runMain(['serve'], { cwd, env }));
    expect(await main.ended()).toBe(1);
    expect(main.output()).toContain('The database does not answer');
    expect(main.output()).not.toContain('hunter2');
  });

  test('shows the commands that there are, for one that there is not', LONG, async () => {
    await using stack = new AsyncDisposableStack();
    const cwd = await scratch(stack);
    const main = stack.use(runMain(['dance'], { cwd, env: { PATH } }));
    expect(await main.ended()).toBe(1);
    for (const command of ['serve', 'server', 'worker', 'doctor', 'demo']) expect(main.output()).toContain(`  ${command}`);
  });
});

describe('doctor', () => {
  test('names what is missing, and how to get it', LONG, async () => {
    await using stack = new AsyncDisposableStack();
    const cwd = await scratch(stack);
    const main = stack.use(
      runMain(['doctor'], { cwd, env: { PATH, DATA_DIR: join(cwd, 'data'), DOCKER_HOST: `unix://${cwd}/no-engine.sock` } }),
    );
    expect(await main.ended()).toBe(1);
    const lines = Object.fromEntries(
      main
        .output()
        .split('\n')
        .flatMap((line) => (/^([✔✖]) (\w+) +(.*)/.exec(line) ? [[RegExp.$2, `${RegExp.$1} ${RegExp.$3}`]] : [])),
    );
    expect(lines).toMatchObject({
      settings: expect.stringMatching(/^✔/) as string,
      node: expect.stringMatching(/^✔ 2\d\./) as string,
      git: expect.stringMatching(/^✔ git version/) as string,
      database: expect.stringMatching(/^✔ embedded/) as string,
      sandbox: expect.stringMatching(/^✖ .*no-engine\.sock/) as string,
      model: expect.stringMatching(/^✖ .*CLAUDE_API_KEY/) as string,
      forge: expect.stringMatching(/^✖ .*GITEA_URL.*GIT_URLS/) as string,
    });
    expect(await databasesIn(cwd)).toEqual([]);
  });

  test('says where else agents may be sent, and that others may read the credentials for it', LONG, async () => {
    await using stack = new AsyncDisposableStack();
    const cwd = await scratch(stack);
    const path = join(cwd, 'credentials');
    const env = { PATH, DATA_DIR: join(cwd, 'data'), GIT_URLS: 'https://git.example/team/', GIT_CREDENTIALS_PATH: path };
    const gitUrls = async () => {
      const main = stack.use(runMain(['doctor'], { cwd, env }));
      await main.ended();
      expect(main.output()).not.toMatch(/ forge |t0ken/);
      return main
        .output()
        .split('\n')
        .find((line) => line.includes(' git-urls '));
    };
    await writeFile(path, 'https://bot:t0ken@git.example\n', { mode: 0o644 });
    expect(await gitUrls()).toMatch(/^✖ .*chmod 600/);
    await chmod(path, 0o600);
    expect(await gitUrls()).toMatch(/^✔ .*https:\/\/git\.example\/team; 1 credential$/);
  });

  test('says of wrong settings what is wrong', LONG, async () => {
    await using stack = new AsyncDisposableStack();
    const cwd = await scratch(stack);
    const main = stack.use(runMain(['doctor'], { cwd, env: { PATH, LOG_LEVEL: 'loud' } }));
    expect(await main.ended()).toBe(1);
    expect(main.output()).toMatch(/^✖ settings .*\n.*LOG_LEVEL: /);
  });
});

describe('the demo', () => {
  async function demo(env: Record<string, string>, ...options: string[]): Promise<string> {
    await using stack = new AsyncDisposableStack();
    const cwd = await scratch(stack);
    const main = stack.use(runMain(['demo', ...options], { cwd, env: { PATH, TMPDIR: tmpdir(), ...env } }));
    expect(await main.ended(), main.output()).toBe(0);
    return main.output();
  }

  test.skipIf(noDocker)('tells the whole story in Docker', LONG, async () => {
    const told = await demo({});
    expect(told).toContain('sandboxes: Docker');
    for (const part of [
      'opens issue #1',
      'task dispatched',
      'gate test: passed',
      'pull request #2',
      '+  const minutes = Math.floor(seconds / 60);',
      'signalbox/agent',
      'Done, ',
    ])
      expect(told).toContain(part);
  });

  test('says plainly that there is no sandbox where no engine answers, and tells it all the same', LONG, async () => {
    const told = await demo({ DOCKER_HOST: 'unix:///nowhere/docker.sock' });
    expect(told).toContain('NO SANDBOX: commands run on this machine as you');
    expect(told).toMatch(/Docker was not used: .*\/nowhere\/docker\.sock/);
    expect(told).toContain('Done, ');
  });

  test('with --json is one object a line, and the last one is what came of it with its checks', LONG, async () => {
    const told = await demo({ DOCKER_HOST: 'unix:///nowhere/docker.sock' }, '--json');
    const lines = told
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, Record<string, unknown>>);
    expect(lines.map((line) => Object.keys(line)).every(([only, ...more]) => only !== undefined && more.length === 0)).toBe(true);
    const events = lines.flatMap(({ event }) => (event ? [event['type']] : []));
    expect(events).toEqual(expect.arrayContaining(['task.pending', 'agent.tool', 'gate.changed', 'task.published', 'task.completed']));
    expect(lines.at(-1)?.['result']).toMatchObject({
      state: 'completed',
      pullRequest: { number: 2, diff: expect.stringContaining('+  const minutes = Math.floor(seconds / 60);') },
      checks: expect.arrayContaining([{ name: 'signalbox/test', result: 'success', title: '2 tests passed' }]),
      address: null,
    });
  });
});
