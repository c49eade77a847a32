import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { compose, configuredForges, type Instance } from '../../src/compose.ts';
import { readConfig } from '../../src/config.ts';
import { AGENT_LABELS } from '../../src/domain/agent-labels.ts';
import { createLog } from '../../src/log.ts';
import { PROJECT } from '../demo/project.ts';
import { openRealServer } from '../forge/gitea/real-world.ts';
import { testDatabase } from '../support/database.ts';
import type { Script } from '../support/model/script.ts';
import { startScriptedModel } from '../support/model/scripted-model.ts';
import { create, MEND, submit, turn } from './scripts.ts';
import { until } from './stage.ts';

const { GITEA_TEST_URL, GITEA_TEST_TOKEN } = process.env;
const servers = GITEA_TEST_URL && GITEA_TEST_TOKEN ? [{ url: GITEA_TEST_URL, token: GITEA_TEST_TOKEN }] : [];
const API_KEY = 'key-of-the-stand-in-model';
const CONTINUED = { when: 'already carries work', turns: [turn(create('NOTES.md', 'Minutes are cut off.\n')), submit('Say so in a note')] };
const HANG: Script = [{ fail: 'hang' }];

type Server = Awaited<ReturnType<typeof openRealServer>>;

/** The whole program on a repository of its own in a server that is nobody's stand-in. */
async function openStage(server: Server, script: Script, stack: AsyncDisposableStack, settings: Record<string, string> = {}) {
  const world = stack.use(await server.startWorld());
  await world.setRole('ada', 'write');
  await world.setRole('eve', 'read');
  await world.push('ada', { branch: 'main', files: { ...PROJECT } });
  const model = stack.use(await startScriptedModel({ apiKey: API_KEY, script }));
  const dataDir = await mkdtemp(join(tmpdir(), 'signalbox-real-'));
  stack.defer(() => rm(dataDir, { recursive: true, force: true }));
  const config = readConfig({
    GITEA_URL: server.url,
    GITEA_TOKEN: server.botToken,
    GITEA_WEBHOOK_SECRET: 'a secret of the tests',
    GITHUB_THROTTLE: 'false',
    CLAUDE_API_KEY: API_KEY,
    ANTHROPIC_BASE_URL: model.url,
    ORCHESTRATOR_HOST: '127.0.0.1',
    ORCHESTRATOR_PORT: '0',
    DATABASE_URL: stack.use(await testDatabase()).url,
    DATA_DIR: dataDir,
    SANDBOX_ENABLED: 'false',
    LOG_LEVEL: 'silent',
    PATH: process.env['PATH'] ?? '',
    ...settings,
  });
  const instance: Instance = stack.use(await compose(config, { log: createLog('silent'), roles: ['server', 'worker'] }));
  const [forge] = configuredForges(config);
  await forge!.ensureLabels(world.repository, AGENT_LABELS);
  if (!settings['POLL_SECONDS']) await forge!.ensureWebhook!(world.repository, `${instance.url}/webhooks/gitea`);

  const statusOf = async (number: number) =>
    (await world.comments(number)).filter(({ author }) => author === server.bot).map(({ body }) => body);
  return {
    world,
    model,
    statusOf,
    openIssue: () => world.openIssue('ada', { title: 'duration(119) says 2 minutes', body: '' }),
    /** Once a status comment says so. */
    said: (number: number, words: RegExp, count = 1) =>
      until(
        async () => {
          const found = (await statusOf(number)).filter((body) => words.test(body));
          return found.length >= count ? found : null;
        },
        `${String(words)} on #${number}`,
      ),
  };
}

test('stories on a real server', ({ skip }) => {
  skip(servers.length === 0, 'GITEA_TEST_URL and GITEA_TEST_TOKEN (of an administrator) are not set');
});

describe.each(servers)('on the Gitea or Forgejo at $url', { timeout: 180_000 }, ({ url, token }) => {
  let server: Server;
  beforeAll(async () => {
    server = await openRealServer(url, token);
  });
  afterAll(() => server[Symbol.asyncDispose]());

  test('a label becomes a pull request with its gates as statuses, once, and other labels start nothing', async () => {
    await using stack = new AsyncDisposableStack();
    const { world, said, statusOf, openIssue } = await openStage(server, MEND, stack);
    const issue = await openIssue();
    await world.label('ada', issue, 'bug');
    await world.label('ada', issue, 'agent:worker');
    await said(issue, /\*\*Done\.\*\*/);
    await world.label('ada', issue, 'question');
    await world.unlabel('ada', issue, 'bug');
    const [pull, ...more] = await world.pulls();
    expect(more).toEqual([]);
    expect(pull).toMatchObject({ title: 'Cut minutes off instead of rounding them', draft: false });
    const checks = await until(async () => {
      const found = await world.checks(await world.headOf('agent/1-duration-119-says-2-minutes'));
      return found.some(({ name, state }) => name === 'signalbox/agent' && state === 'success') ? found : null;
    }, 'the statuses');
    expect(checks).toEqual(expect.arrayContaining([{ name: 'signalbox/test', state: 'success' }]));
    expect(await world.seenBy(issue)).toEqual([server.bot]);
    expect(await statusOf(issue)).toHaveLength(1);
  });

  test('an issue that is opened with the label is worked on', async () => {
    await using stack = new AsyncDisposableStack();
    const { world, said } = await openStage(server, MEND, stack);
    const issue = await world.openIssue('ada', { title: 'duration(119) says 2 minutes', body: '', labels: ['agent:worker'] });
    await said(issue, /\*\*Done\.\*\*/);
    expect(await world.pulls()).toHaveLength(1);
  });

  test('a review that requests changes sends the agent back to its branch', async () => {
    await using stack = new AsyncDisposableStack();
    const { world, said, openIssue, model } = await openStage(server, [CONTINUED, { turns: MEND }], stack);
    const issue = await openIssue();
    await world.comment('ada', issue, '/agent run');
    await said(issue, /\*\*Done\.\*\*/);
    const pull = issue + 1;
    await world.review('ada', pull, { body: 'Please write it down.', path: 'src/duration.js', line: 3, comment: 'Why floor?' });
    await until(async () => (await world.file('agent/1-duration-119-says-2-minutes', 'NOTES.md')) !== null, 'the second commit');
    const told = JSON.stringify(model.requests.at(-1)!.body);
    for (const words of ['Please write it down.', 'Why floor?']) expect(told).toContain(words);
    expect(await world.pulls()).toHaveLength(1);
  });

  const ends: [string, (world: Awaited<ReturnType<typeof openStage>>['world'], issue: number) => Promise<unknown>][] = [
    ['a comment', (world, issue) => world.comment('ada', issue, '/agent kill')],
    ['taking the label off', (world, issue) => world.unlabel('ada', issue, 'agent:worker')],
    ['closing the issue', (world, issue) => world.close('ada', issue)],
  ];
  test.each(ends)('%s kills the agent', async (_way, end) => {
    await using stack = new AsyncDisposableStack();
    const { world, said, openIssue, model } = await openStage(server, HANG, stack);
    const issue = await openIssue();
    await world.label('ada', issue, 'agent:worker');
    await model.arrived(0);
    await end(world, issue);
    await said(issue, /\*\*Stopped\.\*\* Stopped by ada/);
    expect(await world.pulls()).toEqual([]);
  });

  test('somebody who may only read is told so', async () => {
    await using stack = new AsyncDisposableStack();
    const { world, said, openIssue } = await openStage(server, [], stack);
    const issue = await openIssue();
    await world.comment('eve', issue, '/agent run');
    await said(issue, /Sorry, `eve`: that needs write access/);
  });

  test('what no webhook told is found by polling', async () => {
    await using stack = new AsyncDisposableStack();
    const { world, said, openIssue } = await openStage(server, MEND, stack, { POLL_SECONDS: '1' });
    const issue = await openIssue();
    await world.label('ada', issue, 'agent:worker');
    await said(issue, /\*\*Done\.\*\*/);
    expect(await world.pulls()).toHaveLength(1);
  });
});
