import { generateKeyPairSync } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { readConfig } from '../src/config.ts';
import { SignalboxError } from '../src/errors.ts';

const PEM = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
  publicKeyEncoding: { type: 'spki', format: 'pem' },
}).privateKey;
const APP = { APP_ID: '17', PRIVATE_KEY: PEM, WEBHOOK_SECRET: 'long enough' };
const folder = await mkdtemp(join(tmpdir(), 'signalbox-config-'));
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Each problem that an environment has, one a line. */
function problemsOf(environment: Record<string, string>): string[] {
  try {
    readConfig(environment);
  } catch (error) {
    if (!(error instanceof SignalboxError) || error.code !== 'config.invalid') throw error;
    return error.message
      .split('\n')
      .slice(1)
      .map((line) => line.trim());
  }
  return [];
}

describe('with nothing set', () => {
  test('everything has its documented default, and no forge and no model are there', () => {
    expect(readConfig({})).toEqual({
      github: null,
      gitea: null,
      git: null,
      reportRestMs: 2000,
      polling: null,
      model: { provider: 'claude', name: expect.stringMatching(/^claude-/) as string, apiKey: null, baseUrl: null },
      host: '0.0.0.0',
      port: 3001,
      publicUrl: null,
      apiToken: null,
      apiRequestsPerMinute: 1200,
      dataDir: resolve('data'),
      databaseUrl: null,
      valkey: null,
      sandbox: {
        enabled: true,
        image: 'signalbox-sandbox:latest',
        network: 'none',
        memoryMb: 256,
        cpus: 1,
        mostMemoryMb: 4096,
        mostCpus: 2,
        processes: 256,
        tmpMb: 256,
        dockerHost: null,
        hostPath: '/usr/local/bin:/usr/bin:/bin',
      },
      lease: { heartbeatMs: 5000, leaseMs: 30_000 },
      concurrency: { overall: 2, perRepository: 2, perWorker: 1 },
      limits: { turns: 80, tokens: 3_000_000, costUsd: 5, wallSeconds: 1800, gateRounds: 2 },
      dailyCostUsd: { repository: 50, overall: 100 },
      setupTimeoutMs: 600_000,
      gateTimeoutMs: 900_000,
      workspaceMaxMb: 4096,
      allowedBots: [],
      tracing: null,
      logLevel: 'info',
    });
  });

  test('an empty value counts as unset', () => {
    expect(readConfig({ ORCHESTRATOR_PORT: '', DATABASE_URL: '', APP_ID: '', ALLOWED_BOTS: '', SANDBOX_ENABLED: '' })).toEqual(
      readConfig({}),
    );
  });
});

describe('a value', () => {
  const table: [string, Record<string, string>, object][] = [
    ['flags take four spellings', { SANDBOX_ENABLED: '0', GITHUB_THROTTLE: '1' }, { sandbox: { enabled: false } }],
    [
      'addresses lose the slash at their end',
      { ...APP, PUBLIC_URL: 'https://bot.example/', GITHUB_API_URL: 'https://git.example/api/v3/' },
      { publicUrl: 'https://bot.example', github: { apiUrl: 'https://git.example/api/v3' } },
    ],
    ['a Valkey has a port and no password by default', { VALKEY_HOST: 'cache' }, { valkey: { host: 'cache', port: 6379, password: null } }],
    ['a Valkey’s port alone makes no Valkey', { VALKEY_PORT: '7000' }, { valkey: null }],
    [
      'bots are told apart by commas',
      { ALLOWED_BOTS: ' renovate[bot],, dependabot[bot] ' },
      { allowedBots: ['renovate[bot]', 'dependabot[bot]'] },
    ],
    [
      'seconds become milliseconds',
      { GATE_TIMEOUT_SECONDS: '7', SETUP_TIMEOUT_SECONDS: '8' },
      { gateTimeoutMs: 7000, setupTimeoutMs: 8000 },
    ],
    [
      'a Gitea needs its address and a token',
      { GITEA_URL: 'https://git.example/forge/', GITEA_TOKEN: 'secret' },
      { gitea: { url: 'https://git.example/forge', token: 'secret', webhookSecret: null, botUser: null, maxReviewComments: 30 } },
    ],
    [
      'people sign in where both halves of an application are there',
      { ...APP, GITHUB_CLIENT_ID: 'Iv1.1', GITHUB_CLIENT_SECRET: 'secret' },
      { github: { oauth: { clientId: 'Iv1.1', clientSecret: 'secret' } } },
    ],
    ['and not where none is', APP, { github: { oauth: null } }],
    [
      'polling is on once it has a pace',
      { POLL_SECONDS: '60', POLL_HOURS: '0.5' },
      { polling: { everyMs: 60_000, lookBackMs: 1_800_000 } },
    ],
    [
      'addresses of git are told apart by commas and spaces, and have one form',
      {
        GIT_URLS: 'https://Git.Example:443/team/, http://git.local:8080\nhttps://git.example/acme/app.git',
        GIT_CREDENTIALS_PATH: '/etc/tokens',
      },
      {
        git: {
          urls: ['https://git.example/team', 'http://git.local:8080/', 'https://git.example/acme/app.git'],
          credentialsPath: '/etc/tokens',
        },
      },
    ],
    ['credentials alone send agents nowhere', { GIT_CREDENTIALS_PATH: '/etc/tokens' }, { git: null }],
    ['port 0 takes any free one', { ORCHESTRATOR_PORT: '0' }, { port: 0 }],
    [
      'no money may be spent, and no round of gates be repeated',
      { AGENT_MAX_COST_USD: '0', AGENT_GATE_ROUNDS: '0' },
      { limits: { costUsd: 0, gateRounds: 0 } },
    ],
    ['both spellings of a PostgreSQL’s address', { DATABASE_URL: 'postgresql://u:p@h/d' }, { databaseUrl: 'postgresql://u:p@h/d' }],
    [
      'a Docker engine on a socket',
      { DOCKER_HOST: 'unix:///run/user/1000/docker.sock' },
      { sandbox: { dockerHost: 'unix:///run/user/1000/docker.sock' } },
    ],
    ['a Docker engine on the network', { DOCKER_HOST: 'tcp://engine:2375' }, { sandbox: { dockerHost: 'tcp://engine:2375' } }],
  ];
  test.each(table)('%s', (_name, environment, expected) => {
    expect(readConfig(environment)).toMatchObject(expected);
  });
});

describe('the private key', () => {
  test.each([
    ['as it is', PEM],
    ['without its last line break', PEM.trim()],
    ['in one line, with \\n', PEM.replaceAll('\n', '\\n')],
    ['in base64', Buffer.from(PEM).toString('base64')],
  ])('is read %s', (_name, key) => {
    expect(readConfig({ ...APP, PRIVATE_KEY: key }).github!.privateKey).toBe(PEM);
  });

  test('is read from a file', async () => {
    const path = join(folder, 'app.pem');
    await writeFile(path, PEM);
    expect(readConfig({ APP_ID: '17', WEBHOOK_SECRET: 'long enough', PRIVATE_KEY_PATH: path }).github!.privateKey).toBe(PEM);
  });

  test('that cannot be read is a problem that names the setting, whatever was put there', () => {
    const { PRIVATE_KEY: _, ...rest } = APP;
    expect(problemsOf({ ...rest, PRIVATE_KEY_PATH: join(folder, 'missing.pem') })).toEqual([
      expect.stringMatching(/^PRIVATE_KEY_PATH: .*ENOENT/),
    ]);
    expect(problemsOf({ ...rest, PRIVATE_KEY_PATH: folder })).toEqual([expect.stringMatching(/^PRIVATE_KEY_PATH: .*EISDIR/)]);
    const [problem, ...more] = problemsOf({ ...rest, PRIVATE_KEY_PATH: PEM });
    expect(problem).toMatch(/^PRIVATE_KEY_PATH: /);
    expect(problem).not.toContain(PEM.slice(40, 60));
    expect(more).toEqual([]);
  });

  test('that is none is one problem', () => {
    expect(problemsOf({ ...APP, PRIVATE_KEY: 'not a key' })).toEqual(['PRIVATE_KEY: this is not a PEM private key']);
    expect(problemsOf({ ...APP, PRIVATE_KEY: PEM.replaceAll('PRIVATE', 'PUBLIC') })).toEqual([
      'PRIVATE_KEY: this is not a PEM private key',
    ]);
  });
});

describe('wrong settings', () => {
  test('are told all at once, those that belong together too', () => {
    const problems = problemsOf({
      APP_ID: '17',
      ORCHESTRATOR_PORT: '70000',
      DATABASE_URL: 'mysql://root@db/x',
      AI_PROVIDER: 'oracle',
      SANDBOX_ENABLED: 'maybe',
      MAX_CONCURRENT_AGENTS: '0',
      AGENT_MAX_COST_USD: 'much',
      LOG_LEVEL: 'loud',
      PUBLIC_URL: 'bot.example',
    });
    expect(problems.map((problem) => problem.split(':')[0])).toEqual([
      'AI_PROVIDER',
      'ORCHESTRATOR_PORT',
      'PUBLIC_URL',
      'DATABASE_URL',
      'SANDBOX_ENABLED',
      'MAX_CONCURRENT_AGENTS',
      'AGENT_MAX_COST_USD',
      'LOG_LEVEL',
      'PRIVATE_KEY or PRIVATE_KEY_PATH',
      'WEBHOOK_SECRET',
    ]);
  });

  const alone: [string, Record<string, string>, RegExp][] = [
    ['an App without a key', { APP_ID: '17', WEBHOOK_SECRET: 'long enough' }, /^PRIVATE_KEY or PRIVATE_KEY_PATH: needed with APP_ID$/],
    ['a Gitea without a token', { GITEA_URL: 'https://git.example' }, /^GITEA_TOKEN: needed with GITEA_URL$/],
    ['half of a GitHub sign-in', { ...APP, GITHUB_CLIENT_ID: 'Iv1.1' }, /^GITHUB_CLIENT_SECRET: needed with GITHUB_CLIENT_ID$/],
    ['the other half', { ...APP, GITHUB_CLIENT_SECRET: 's' }, /^GITHUB_CLIENT_ID: needed with GITHUB_CLIENT_SECRET$/],
    ['a GitHub sign-in without the App', { GITHUB_CLIENT_ID: 'i', GITHUB_CLIENT_SECRET: 's' }, /^APP_ID: needed with GITHUB_CLIENT_ID and/],
    [
      'half of a Gitea sign-in',
      { GITEA_URL: 'https://git.example', GITEA_TOKEN: 't', GITEA_CLIENT_ID: 'i' },
      /^GITEA_CLIENT_SECRET: needed/,
    ],
    ['a Gitea sign-in without the Gitea', { GITEA_CLIENT_ID: 'i', GITEA_CLIENT_SECRET: 's' }, /^GITEA_URL: needed with GITEA_CLIENT_ID/],
    ['an App without a webhook secret', { APP_ID: '17', PRIVATE_KEY: PEM }, /^WEBHOOK_SECRET: needed with APP_ID/],
    ['a webhook secret that can be guessed', { ...APP, WEBHOOK_SECRET: 'short' }, /^WEBHOOK_SECRET: /],
    ['an App’s name in place of its number', { ...APP, APP_ID: 'signalbox' }, /^APP_ID: /],
    ['a port that is none', { ORCHESTRATOR_PORT: '3001.5' }, /^ORCHESTRATOR_PORT: /],
    ['memory that nothing fits in', { SANDBOX_DEFAULT_MEMORY_MB: '1' }, /^SANDBOX_DEFAULT_MEMORY_MB: /],
    ['money without end', { DAILY_COST_USD: 'Infinity' }, /^DAILY_COST_USD: /],
    ['a Docker engine over ssh', { DOCKER_HOST: 'ssh://me@engine' }, /^DOCKER_HOST: must start with unix:\/\/, tcp:\/\/ or http:\/\//],
    ['an address of git with a credential', { GIT_URLS: 'https://ok.example, https://ada:s3cret@h' }, /^GIT_URLS: address 2 .*(?!s3cret)$/],
    ['an address of git over SSH', { GIT_URLS: 'git@git.example:team' }, /^GIT_URLS: address 1 .*not over SSH/],
    ['a Docker engine without an address', { DOCKER_HOST: 'engine' }, /^DOCKER_HOST: /],
  ];
  test.each(alone)('%s', (_name, environment, expected) => {
    expect(problemsOf(environment)).toEqual([expect.stringMatching(expected)]);
  });

  test('never show what a secret holds', () => {
    const secrets = {
      PRIVATE_KEY: 'hunter-one',
      WEBHOOK_SECRET: 'hunter2',
      DATABASE_URL: 'hunter-three',
      VALKEY_PASSWORD: 'hunter-four',
      GIT_URLS: 'https://ada:hunter-six@git.example/team',
      CLAUDE_API_KEY: 'hunter-five',
    };
    let error: unknown;
    try {
      readConfig({ APP_ID: 'seventeen', ...secrets });
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toBeInstanceOf(SignalboxError);
    expect(JSON.stringify([String(error), error, (error as Error).cause, (error as Error).stack])).not.toContain('hunter');
  });

  test('say where the settings are explained', () => {
    expect(() => readConfig({ APP_ID: 'seventeen' })).toThrow(
      expect.objectContaining({ code: 'config.invalid', retryable: false, nextStep: expect.stringContaining('.env.example') }),
    );
  });
});
