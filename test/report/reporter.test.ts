import { randomUUID } from 'node:crypto';
import { beforeEach, describe, expect, test } from 'vitest';
import { createForges } from '../../src/forge/index.ts';
import { createLog } from '../../src/log.ts';
import { startReporter } from '../../src/report/reporter.ts';
import { takeAgent, transitionAgent } from '../../src/store/agents.ts';
import type { Database } from '../../src/store/database.ts';
import { change } from '../../src/store/events.ts';
import { putGate } from '../../src/store/gates.ts';
import { openNotifications, type Notifications } from '../../src/store/notifications.ts';
import { noteOnTask, transitionTask } from '../../src/store/tasks.ts';
import { startGithub, type Github } from '../support/github/github.ts';
import { WEBHOOK_SECRET } from '../support/signalbox.ts';
import { until } from '../flow/stage.ts';
import { openStore, taskIn } from '../store/open.ts';
import { gate, LINKS } from './view.ts';
import { Tracing } from '../../src/tracing/tracing.ts';

const REPOSITORY = 'acme/app';
const log = createLog('silent');
let github: Github;
let store: Database;
let notifications: Notifications;
let sha: string;
let taskId: string;
let agentId: string;

beforeEach(async () => {
  const stack = new AsyncDisposableStack();
  github = stack.use(await startGithub());
  store = stack.use(await openStore());
  notifications = stack.use(await openNotifications(store.url, log));
  github.addUser('ada');
  await github.addRepository(REPOSITORY, { files: { 'README.md': '' }, collaborators: { ada: 'write' } });
  const { number } = await github.as('ada').openIssue(REPOSITORY, { title: 'Mend it' });
  sha = await github.as('ada').push(REPOSITORY, { branch: 'agent/1-x', files: { a: 'a' } });
  taskId = await taskIn(store, 'dispatched', { subject: { forge: 'github', repository: REPOSITORY, number } });
  agentId = randomUUID();
  return async () => {
    await stack.disposeAsync();
    github.assertConformant();
  };
});

function reporter(): AsyncDisposable {
  const options = {
    appId: github.appId,
    privateKey: github.privateKey,
    webhookSecret: WEBHOOK_SECRET,
    apiUrl: github.url,
    throttle: false,
  };
  return startReporter({
    db: store.db,
    notifications,
    forges: createForges({ github: options, gitea: null }, log),
    links: LINKS,
    tracing: new Tracing(),
    log,
    restMs: 0,
  });
}

async function begin(): Promise<void> {
  await change(store.db, async (tx) => {
    await takeAgent(tx, { id: agentId, taskId, worker: 'w', host: 'h', model: 'm', leaseMs: 600_000 });
    await noteOnTask(tx, taskId, { headSha: sha, branch: 'agent/1-x' });
    await putGate(tx, taskId, agentId, 0, gate('test', 'running'));
  });
}

async function end(): Promise<void> {
  await change(store.db, async (tx) => {
    await transitionAgent(tx, agentId, 'failed', 'x');
    await transitionTask(tx, taskId, 'failed', { outcome: { code: 'x', message: 'It broke.', nextStep: 'Mend it.' } });
  });
}

const comments = () => github.repository(REPOSITORY).comments(1);
const checks = async () => (await github.repository(REPOSITORY).checks()).map(({ name, status }) => `${name} ${status}`);
const SETTLED = ['signalbox/test completed', 'signalbox/agent completed'];

async function isShown(): Promise<boolean> {
  const { rows } = await store.pool.query<{ shown: boolean }>('select wanted = done as shown from signalbox.reports where task_id = $1', [
    taskId,
  ]);
  return rows[0]?.shown === true;
}

describe('the forge shows', () => {
  test('where a task stands, in one comment and one check of each name', async () => {
    await using stack = new AsyncDisposableStack();
    stack.use(reporter());
    await until(() => comments().length === 1, 'the comment');
    expect(comments()[0]!.body).toContain('**Waiting**');
    await begin();
    await until(async () => (await checks()).includes('signalbox/test in_progress'), 'the check');
    await end();
    await until(isShown, 'the end to be shown');
    expect(comments()).toHaveLength(1);
    expect(comments()[0]!.body).toContain('❌ **Failed.** It broke.');
    expect(await checks()).toEqual(SETTLED);
  });

  test('the end alone, where nobody looked before', async () => {
    await begin();
    await end();
    await using stack = new AsyncDisposableStack();
    stack.use(reporter());
    await until(isShown, 'the end to be shown');
    const writes = github.requests.filter(({ method, path }) => method !== 'GET' && /comments|check-runs/.test(path));
    expect(writes.map(({ method, status }) => [method, status])).toEqual([
      ['POST', 201],
      ['POST', 201],
      ['POST', 201],
    ]);
    expect(await checks()).toEqual(SETTLED);
  });

  test('the same by several servers at once', async () => {
    await using stack = new AsyncDisposableStack();
    for (let server = 0; server < 3; server++) stack.use(reporter());
    await begin();
    await end();
    await until(isShown, 'the end to be shown');
    expect(comments()).toHaveLength(1);
    expect(await checks()).toEqual(SETTLED);
  });

  test('nothing twice after a server that died before it could note what it had written', async () => {
    await begin();
    {
      await using stack = new AsyncDisposableStack();
      stack.use(reporter());
      await until(isShown, 'the beginning to be shown');
    }
    await store.pool.query("update signalbox.reports set comment_id = null, comment_body = null, checks = '{}', done = 0");
    await end();
    await using stack = new AsyncDisposableStack();
    stack.use(reporter());
    await until(isShown, 'the end to be shown');
    expect(comments()).toHaveLength(1);
    expect(await checks()).toEqual(SETTLED);
  });
});

describe('what is in the way', () => {
  test('of the comment leaves no check unsettled', async () => {
    github.fail({ match: /\/comments/, status: 403, body: { message: 'Unable to create comment because issue is locked.' }, times: 1000 });
    await begin();
    await end();
    await using stack = new AsyncDisposableStack();
    stack.use(reporter());
    await until(isShown, 'the report to be over');
    expect(comments()).toEqual([]);
    expect(await checks()).toEqual(SETTLED);
  });

  test('of one check leaves the others and the comment as they should be', async () => {
    const isTest = ({ method, path }: { method: string; path: string }) => method === 'GET' && path.includes('check_name=signalbox%2Ftest');
    github.fail({ match: isTest, status: 403, body: { message: 'Resource not accessible by integration' }, times: 1000 });
    await begin();
    await end();
    await using stack = new AsyncDisposableStack();
    stack.use(reporter());
    await until(isShown, 'the report to be over');
    expect(comments()).toHaveLength(1);
    expect(await checks()).toEqual(['signalbox/agent completed']);
  });

  test('for a while is waited out', async () => {
    github.fail({ match: /^POST .*\/(comments|check-runs)$/, status: 502, times: 2 });
    await begin();
    await end();
    await using stack = new AsyncDisposableStack();
    stack.use(reporter());
    await until(isShown, 'the end to be shown');
    expect(comments()).toHaveLength(1);
    expect(await checks()).toEqual(SETTLED);
  });

  test('because a person deleted the comment: there is a new one', async () => {
    await using stack = new AsyncDisposableStack();
    stack.use(reporter());
    await until(isShown, 'the waiting to be shown');
    github.repository(REPOSITORY).setRole('ada', 'admin');
    await github.as('ada').deleteComment(REPOSITORY, comments()[0]!.id);
    await begin();
    await end();
    await until(isShown, 'the end to be shown');
    expect(comments()).toHaveLength(1);
    expect(comments()[0]!.body).toContain('It broke.');
  });
});
