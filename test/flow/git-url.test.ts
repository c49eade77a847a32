import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, describe, expect, test } from 'vitest';
import { isTerminal, type Task } from '../../src/domain/task.ts';
import { PROJECT } from '../demo/project.ts';
import { controlApi } from '../support/control-api.ts';
import { testDatabase } from '../support/database.ts';
import { startGitServer } from '../support/git/git-server.ts';
import type { Origin } from '../support/git/origin.ts';
import { startScriptedModel } from '../support/model/scripted-model.ts';
import { runMain } from '../support/run-main.ts';
import { settingsFor } from '../support/signalbox.ts';
import { openings } from './look.ts';
import { PAUSE, whilePaused } from './pause.ts';
import { bash, create, MEND, MISS, replace, submit, turn } from './scripts.ts';
import { story, until, type Stage } from './stage.ts';

/** What agents do on a server that is nothing but git; a forge is configured as well, and hears of none of it. */

const server = await startGitServer();
afterAll(() => server[Symbol.asyncDispose]());
const settings = { GIT_URLS: `${server.url}/team/`, GIT_CREDENTIALS_PATH: server.credentialsPath };
const WORDS = 'duration(119) says 2 minutes.\n\nCut, do not round.';
const BRANCH = 'agent/work-duration-119-says-2-minutes';
const HANG = [{ fail: 'hang' }] as const;

async function repository(): Promise<{ address: string; origin: Origin }> {
  const path = `team/${randomUUID()}`;
  return { origin: await server.add(path, PROJECT), address: `${server.url}/${path}.git` };
}

function spawn(stage: Stage, address: string, workItems: unknown[] = [WORDS], taskId: string = randomUUID()) {
  const context = { repository: address, branch: 'main', workItems };
  return controlApi(stage, 'POST /agents/spawn', { taskId, agentType: 'worker', context });
}

/** The newest task, once it and `count` in all are over. */
function ended(stage: Stage, count = 1): Promise<Task> {
  return until(async () => {
    const tasks = await stage.tasks();
    const last = tasks.at(-1);
    return tasks.length === count && last && isTerminal(last.state) && last;
  }, 'the task to end');
}

function expectNothingOnForge({ forge }: Stage): void {
  expect(forge.requests.filter(({ path }) => path.includes('/repos/'))).toEqual([]);
}

async function branchesOf({ git, dir }: Origin): Promise<string[]> {
  return (await git.text(['for-each-ref', '--format=%(refname:lstrip=2)', 'refs/heads/'], { gitDir: dir })).split('\n');
}

function fileAt({ git, dir }: Origin, branch: string, path: string): Promise<string> {
  return git.text(['show', `refs/heads/${branch}:${path}`], { gitDir: dir });
}

/** Until the kill is written down. */
async function kill(stage: Stage): Promise<void> {
  const [task] = await stage.tasks();
  const killing = controlApi(stage, `DELETE /tasks/${task!.id}`, { reason: 'too late' });
  await until(async () => (await stage.events()).some(({ type }) => type === 'task.kill-requested'), 'the kill');
  killing.catch(() => undefined);
}

describe('work on an address of git', () => {
  story('ends in a pushed branch, once, however often it is asked for', { script: MEND, settings }, async (stage) => {
    const { address, origin } = await repository();
    const taskId = randomUUID();
    const [{ status, body }] = await Promise.all([spawn(stage, address, [WORDS], taskId), spawn(stage, address, [WORDS], taskId)]);
    expect(body).toMatchObject({ taskId, status: 'spawning' });
    expect([200, 201]).toContain(status);

    const task = await ended(stage);
    expect(task).toMatchObject({ id: taskId, state: 'completed', branch: BRANCH, pullRequest: null, outcome: { code: 'published' } });
    expect(task.outcome).toMatchObject({
      message: `The work is on the branch \`${BRANCH}\`, and all 3 gates passed.`,
      nextStep: `Review \`${BRANCH}\`.`,
    });
    expect(await origin.head(BRANCH)).toBe(task.headSha);
    expect(await fileAt(origin, BRANCH, 'src/duration.js')).toContain('Math.floor(seconds / 60)');
    expect(await branchesOf(origin)).toEqual([BRANCH, 'main']);
    expect(await origin.git.text(['log', '-1', '--format=%an <%ae>%n%B', BRANCH], { gitDir: origin.dir })).toMatch(
      /^Signalbox <signalbox@noreply\.invalid>\nCut minutes off/,
    );
    const published = (await stage.events()).find(({ type }) => type === 'task.published');
    expect(published!.data).toEqual({ commit: task.headSha, branch: BRANCH, pullRequest: null, draft: false });

    expect((await spawn(stage, address, [WORDS], taskId)).status).toBe(200);
    const told = await controlApi(stage, `GET /tasks/${taskId}`);
    expect(told.body).toMatchObject({ forge: 'git', repository: address, number: null, branch: BRANCH, pullRequest: null });
    expect(await stage.tasks()).toHaveLength(1);
    expectNothingOnForge(stage);
  });

  story(
    'with red gates fails, says so, and goes on with the branch when it is repeated',
    {
      script: [
        { when: 'The branch already carries work', turns: MEND },
        { when: 'says 2 minutes', turns: MISS },
      ],
      settings: { ...settings, AGENT_GATE_ROUNDS: '0' },
    },
    async (stage) => {
      const { address, origin } = await repository();
      await spawn(stage, address);
      const first = await ended(stage);
      expect(first).toMatchObject({ state: 'failed', branch: BRANCH, outcome: { code: 'gates.red' } });
      expect(first.outcome!.message).toBe(`test, coverage are red. The work is on the branch \`${BRANCH}\`.`);
      expect(first.outcome!.nextStep).toContain(`\`signalbox retry ${first.id}\``);
      expect(await origin.head(BRANCH)).toBe(first.headSha);

      const { status } = await controlApi(stage, `POST /tasks/${first.id}/retry`, { instruction: 'Now the code.' });
      expect(status).toBe(201);
      const second = await ended(stage, 2);
      expect(second).toMatchObject({ state: 'completed', continues: first.id, branch: BRANCH });
      expect(openings(stage).at(-1)).toContain('The branch already carries work. Read what it did and go on from there.');
      expect(await origin.head(BRANCH)).toBe(second.headSha);
      expect(await origin.git.text(['rev-list', '--count', `main..${BRANCH}`], { gitDir: origin.dir })).toBe('2');
      expect(await branchesOf(origin)).toEqual([BRANCH, 'main']);
    },
  );

  story('that is asked to wrap up leaves what it has on the branch', { script: [turn(PAUSE), ...MEND], settings }, async (stage) => {
    const { address, origin } = await repository();
    const taskId = randomUUID();
    const { body } = await spawn(stage, address, [WORDS], taskId);
    await whilePaused(stage, () => controlApi(stage, `POST /agents/${String(body['agentId'])}/stop`, { reason: 'lunch' }));
    const task = await ended(stage);
    expect(task).toMatchObject({ state: 'failed', branch: BRANCH, pullRequest: null, outcome: { code: 'agent.stopped' } });
    expect(task.outcome!.message).toContain(`on the branch \`${BRANCH}\``);
    expect(await origin.head(BRANCH)).toBe(task.headSha);
    expect(await fileAt(origin, BRANCH, 'src/duration.js')).toContain('Math.floor(seconds / 60)');
  });

  story('that somebody pushed to meanwhile overwrites nothing', { script: MEND, settings }, async (stage) => {
    const { address, origin } = await repository();
    let theirs = '';
    server.onRequest = async ({ url = '', method }) => {
      if (theirs === '' && method === 'POST' && url.endsWith('git-receive-pack') && url.includes(address.split('/').at(-1)!))
        theirs = await origin.commit(BRANCH, { 'theirs.txt': 'mine\n' }, (await origin.head('main'))!);
    };
    await spawn(stage, address);
    const task = await ended(stage);
    expect(task).toMatchObject({ state: 'failed', outcome: { code: 'publish.moved' } });
    expect(await origin.head(BRANCH)).toBe(theirs);
  });

  story('is refused with a word where it cannot be done', { script: MEND, settings }, async (stage) => {
    const { address } = await repository();
    const refused = async (repositoryAddress: string, workItems?: unknown[]) => {
      const { status, body } = await spawn(stage, repositoryAddress, workItems);
      return [status, (body['error'] as { message: string } | undefined)?.message];
    };
    expect(await refused(address, [7])).toEqual([422, expect.stringContaining('without issues: say in words')]);
    expect(await refused(address, [address])).toEqual([422, expect.stringContaining('Say what is to be done')]);
    expect(await refused(`${server.url}/team/none.git`)).toEqual([422, expect.stringContaining('is not there, or may not be seen')]);
    expect(await refused(`${server.url}/other/app.git`)).toEqual([422, expect.stringContaining('GIT_URLS has')]);
    expect(await refused(`${server.url}/team/../other/app.git`)).toEqual([422, expect.stringContaining('GIT_URLS has')]);
    expect(await refused('git@git.example:team/app.git')).toEqual([422, expect.stringContaining('not over SSH')]);
    const [status, message] = await refused(address.replace('//', '//ada:s3cret@'));
    expect([status, message]).toEqual([422, expect.stringContaining('Leave user name and password out')]);
    expect(message).not.toContain('s3cret');
    expect(await stage.tasks()).toEqual([]);
  });

  story('can be asked for from a terminal’s way of saying it', { script: MEND, settings }, async (stage) => {
    const { address, origin } = await repository();
    await controlApi(stage, 'POST /tasks', { context: { workItems: [address, 'duration(119) says 2 minutes'] } });
    expect(await ended(stage)).toMatchObject({ state: 'completed', branch: BRANCH, instruction: 'duration(119) says 2 minutes' });
    expect(await branchesOf(origin)).toEqual([BRANCH, 'main']);
  });
});

describe('a kill of work on an address of git', () => {
  story('while the agent works leaves nothing', { script: HANG, settings }, async (stage) => {
    const { address, origin } = await repository();
    await spawn(stage, address);
    await stage.model.arrived(0);
    await kill(stage);
    const task = await ended(stage);
    expect(task).toMatchObject({ state: 'killed', outcome: { code: 'killed' } });
    expect(task.outcome!.nextStep).toBe(`Nothing of it was published. \`signalbox retry ${task.id}\` starts again.`);
    expect(await branchesOf(origin)).toEqual(['main']);
  });

  story('while the push is on its way says that it may be there', { script: MEND, settings }, async (stage) => {
    const { address, origin } = await repository();
    const { promise, resolve } = Promise.withResolvers<void>();
    const arrived = Promise.withResolvers<void>();
    server.onRequest = async ({ url = '', method }) => {
      if (method !== 'POST' || !url.endsWith('git-receive-pack')) return;
      arrived.resolve();
      await promise;
    };
    await spawn(stage, address);
    await arrived.promise;
    await kill(stage);
    const task = await ended(stage);
    expect(task.state).toBe('killed');
    expect(task.outcome!.message).toContain(`while the branch \`${BRANCH}\` was being pushed, so that its work may be there`);
    expect(await branchesOf(origin)).toEqual(['main']);
    resolve();
    server.onRequest = () => undefined;
  });

  story('whose push has arrived names the branch', { script: MEND, settings }, async (stage) => {
    const { address, origin } = await repository();
    const held = join(origin.dir, 'held');
    await writeFile(held, '');
    await mkdir(join(origin.dir, 'hooks'));
    const hook = join(origin.dir, 'hooks', 'post-receive');
    await writeFile(hook, `#!/bin/sh\nwhile [ -e '${held}' ]; do sleep 0.05; done\n`);
    await chmod(hook, 0o755);
    await spawn(stage, address);
    await until(() => origin.head(BRANCH), 'the branch to be there');
    await kill(stage);
    const task = await ended(stage);
    await rm(held);
    expect(task).toMatchObject({ state: 'killed', headSha: await origin.head(BRANCH) });
    expect(task.outcome!.message).toContain(`when its work was already on the branch \`${BRANCH}\``);
    expect(task.outcome!.nextStep).toContain(`\`signalbox retry ${task.id}\` goes on from there.`);
  });
});

describe('the credential of an address of git', () => {
  const LOOK = 'env; cat .git/config; ls -a ~ 2>/dev/null; true';

  story(
    'is in no sandbox, process list, file, or row',
    {
      script: [turn(bash(LOOK)), turn(replace('src/duration.js', 'Math.round(seconds / 60)', 'Math.floor(seconds / 60)')), submit('Cut')],
      settings,
    },
    async (stage) => {
      const { address } = await repository();
      const seen: string[] = [];
      server.onRequest = async () => {
        seen.push((await promisify(execFile)('ps', ['-eo', 'args'], { maxBuffer: 1e8 })).stdout);
      };
      await spawn(stage, address);
      expect(await ended(stage)).toMatchObject({ state: 'completed' });
      server.onRequest = () => undefined;
      expect(seen.some((list) => list.includes('git'))).toBe(true);
      const everything = [
        ...seen,
        JSON.stringify(stage.model.requests),
        await rowsOf(stage),
        await filesIn(join(stage.dataDir, 'mirrors')),
      ];
      for (const form of tokenForms()) for (const text of everything) expect(text.includes(form)).toBe(false);
    },
  );

  test('is in no line of the log, however much is logged and whatever goes wrong', { timeout: 120_000 }, async () => {
    await using stack = new AsyncDisposableStack();
    const dataDir = await mkdtemp(join(tmpdir(), 'signalbox-git-url-'));
    stack.defer(() => rm(dataDir, { recursive: true, force: true }));
    const database = stack.use(await testDatabase());
    const model = stack.use(await startScriptedModel({ apiKey: 'key-of-the-model', script: MEND }));
    const logged = { DATABASE_URL: database.url, SANDBOX_ENABLED: 'false', LOG_LEVEL: 'trace' };
    const env = settingsFor({ model: { url: model.url, apiKey: 'key-of-the-model' }, dataDir, settings: { ...settings, ...logged } });
    const main = stack.use(runMain(['serve'], { cwd: dataDir, env }));
    const [, url = ''] = await main.line(/"url":"(http[^"]+)"[^\n]*signalbox is up/);
    server.onRequest = ({ method, url: path = '' }) => (method === 'POST' && path.endsWith('git-receive-pack') ? 403 : undefined);
    const { address } = await repository();
    const context = { repository: address, workItems: [WORDS] };
    const { body } = await controlApi({ signalbox: { url }, dataDir }, 'POST /tasks', { context });
    const task = await until(async () => {
      const told = await controlApi({ signalbox: { url }, dataDir }, `GET /tasks/${String(body['taskId'])}`);
      return told.body['outcome'] !== null && told.body;
    }, 'the task to end');
    server.onRequest = () => undefined;
    expect(task).toMatchObject({ outcome: { code: 'git.forbidden', nextStep: expect.stringContaining('GIT_CREDENTIALS_PATH') } });
    for (const form of tokenForms()) expect(main.output().includes(form)).toBe(false);
  });

  story(
    'keeps back work that would give it away',
    { script: [turn(create('notes.md', `It is ${server.token}.\n`)), submit('Note it')], settings },
    async (stage) => {
      const { address, origin } = await repository();
      await spawn(stage, address);
      expect(await ended(stage)).toMatchObject({ state: 'failed', outcome: { code: 'secret.found' } });
      expect(await branchesOf(origin)).toEqual(['main']);
    },
  );
});

/** The token as it is, and as it is in the file and in a header. */
function tokenForms(): string[] {
  const { token } = server;
  return [token, encodeURIComponent(token), Buffer.from(`bot:${token}`).toString('base64')];
}

/** Every row of every table but what the model was scripted to say. */
async function rowsOf({ signalbox }: Stage): Promise<string> {
  const { pool } = signalbox.database;
  const { rows: tables } = await pool.query<{ name: string }>(
    "select format('%I.%I', table_schema, table_name) as name from information_schema.tables where table_schema in ('signalbox', 'public')",
  );
  const texts = await Promise.all(tables.map(async ({ name }) => JSON.stringify((await pool.query(`select t::text from ${name} t`)).rows)));
  return texts.join('\n');
}

async function filesIn(folder: string): Promise<string> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const texts = await Promise.all(
    entries.filter((entry) => entry.isFile()).map((entry) => readFile(join(entry.parentPath, entry.name), 'latin1')),
  );
  return texts.join('\n');
}
