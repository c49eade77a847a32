import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { testDatabase } from '../support/database.ts';
import { startGitea, type Gitea, type GiteaOptions } from '../support/gitea/gitea.ts';
import { startGithub } from '../support/github/github.ts';
import { settingsFor, startSignalbox } from '../support/signalbox.ts';
import { signalboxCommand } from '../support/signalbox-command.ts';

const REPOSITORY = 'acme/app';
const LABELS = ['agent:reviewer', 'agent:tester', 'agent:worker'];
const LONG = { timeout: 120_000 };
const NO_MODEL = { url: null, apiKey: 'none' };

async function scratch(stack: AsyncDisposableStack): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'signalbox-setup-'));
  stack.defer(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

async function openGitea(stack: AsyncDisposableStack, options: GiteaOptions = {}): Promise<Gitea> {
  const gitea = stack.use(await startGitea({ bot: { scopes: ['write:repository', 'write:issue', 'read:user'] }, ...options }));
  await gitea.addRepository(REPOSITORY, { files: { 'README.md': '' } });
  return gitea;
}

/** Of a person who administers it. */
async function labelsOf(gitea: Gitea): Promise<string[]> {
  const found = await gitea.as(gitea.botLogin).request<{ name: string }[]>('GET', `/repos/${REPOSITORY}/labels`);
  return found.map(({ name }) => name).toSorted();
}

function run(args: string[], cwd: string, env: Record<string, string>) {
  return signalboxCommand(args, { cwd, env: { ...env, LOG_LEVEL: 'silent' } }).done;
}

describe('signalbox gitea install', () => {
  test('makes one webhook and the labels, and brings them up to date', LONG, async () => {
    await using stack = new AsyncDisposableStack();
    const cwd = await scratch(stack);
    const gitea = await openGitea(stack);
    const env = { ...settingsFor({ gitea, model: NO_MODEL, dataDir: cwd }), PUBLIC_URL: 'http://signalbox.example/' };
    const first = await run(['gitea', 'install', REPOSITORY], cwd, env);
    expect(first).toMatchObject({ code: 0, stderr: '' });
    expect(first.stdout).toContain('✔ webhook    created, to http://signalbox.example/webhooks/gitea');
    expect(first.stdout).toContain('agent:worker created');
    const second = await run(['gitea', 'install', REPOSITORY], cwd, env);
    expect(second.code).toBe(0);
    expect(second.stdout).toContain('✔ webhook    updated');
    expect(second.stdout).toContain('agent:worker was there');
    const hooks = await gitea
      .as(gitea.botLogin)
      .request<{ active: boolean; config: { url: string } }[]>('GET', `/repos/${REPOSITORY}/hooks`);
    expect(hooks).toMatchObject([{ active: true, config: { url: 'http://signalbox.example/webhooks/gitea' } }]);
    expect(await labelsOf(gitea)).toEqual(LABELS);
    gitea.assertConformant();
  });

  const lacks: [name: string, missing: string][] = [
    ['the address at which Gitea finds us', 'PUBLIC_URL'],
    ['a secret', 'GITEA_WEBHOOK_SECRET'],
    ['a Gitea', 'GITEA_URL'],
  ];
  test.each(lacks)('without %s says which setting it is', async (_name, missing) => {
    await using stack = new AsyncDisposableStack();
    const cwd = await scratch(stack);
    const gitea = await openGitea(stack);
    const env = { ...settingsFor({ gitea, model: NO_MODEL, dataDir: cwd }), PUBLIC_URL: 'http://signalbox.example', [missing]: '' };
    const { code, stderr } = await run(['gitea', 'install', REPOSITORY], cwd, env);
    expect(code).toBe(1);
    expect(stderr).toContain(missing);
  });

  test('where the bot is no administrator says what it needs', LONG, async () => {
    await using stack = new AsyncDisposableStack();
    const cwd = await scratch(stack);
    const gitea = stack.use(await startGitea());
    await gitea.addRepository(REPOSITORY, { botRole: 'write', files: { 'README.md': '' } });
    const env = { ...settingsFor({ gitea, model: NO_MODEL, dataDir: cwd }), PUBLIC_URL: 'http://signalbox.example' };
    const { code, stderr } = await run(['gitea', 'install', REPOSITORY], cwd, env);
    expect(code).toBe(1);
    expect(stderr).toMatch(/admin/i);
  });
});

test('signalbox github labels makes the labels, and leaves those that are there', LONG, async () => {
  await using stack = new AsyncDisposableStack();
  const cwd = await scratch(stack);
  const github = stack.use(await startGithub());
  await github.addRepository(REPOSITORY, { files: { 'README.md': '' } });
  const env = settingsFor({ github, model: NO_MODEL, dataDir: cwd });
  expect(await run(['github', 'labels', REPOSITORY], cwd, env)).toMatchObject({ code: 0 });
  const again = await run(['github', 'labels', REPOSITORY], cwd, env);
  expect(again.stdout).toContain('agent:tester was there');
  github.assertConformant();
});

describe('the doctor', () => {
  async function webhookLine(stack: AsyncDisposableStack, gitea: Gitea, steps: { install: boolean }): Promise<string> {
    const cwd = await scratch(stack);
    const database = stack.use(await testDatabase());
    const settings = { DATABASE_URL: database.url, SANDBOX_ENABLED: 'false' };
    const wish = { gitea, model: NO_MODEL, dataDir: cwd, settings };
    const instance = stack.use(await startSignalbox({ ...wish, roles: ['server'] }));
    const env = { ...settingsFor(wish), PUBLIC_URL: instance.url! };
    if (steps.install) expect(await run(['gitea', 'install', REPOSITORY], cwd, env)).toMatchObject({ code: 0 });
    const { stdout } = await run(['doctor'], cwd, env);
    return stdout.split('\n').find((line) => /^[✔✖] webhook/.test(line)) ?? stdout;
  }

  test('has Gitea send a webhook, and sees it arrive', LONG, async () => {
    await using stack = new AsyncDisposableStack();
    expect(await webhookLine(stack, await openGitea(stack), { install: true })).toMatch(/^✔ webhook .*acme\/app.* arrived$/);
  });

  test('explains ALLOWED_HOST_LIST when it does not arrive', LONG, async () => {
    await using stack = new AsyncDisposableStack();
    const gitea = await openGitea(stack, { allowedHosts: ['external'] });
    expect(await webhookLine(stack, gitea, { install: true })).toMatch(/^✖ webhook .*ALLOWED_HOST_LIST/);
  });

  test('says how to make the webhook where there is none', LONG, async () => {
    await using stack = new AsyncDisposableStack();
    expect(await webhookLine(stack, await openGitea(stack), { install: false })).toMatch(/^✖ webhook .*gitea install owner\/repository/);
  });
});
