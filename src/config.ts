import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { z } from 'zod';
import { SHORTEST_API_TOKEN } from './api-token.ts';
import { readGitAddress } from './domain/git-address.ts';
import { SignalboxError } from './errors.ts';
import { settingsIn, type Setting } from './settings.ts';

const flag = (fallback: boolean) =>
  z
    .enum(['true', 'false', '1', '0'])
    .transform((value) => value === 'true' || value === '1')
    .default(fallback);
const count = (fallback: number, least = 1) => z.coerce.number().int().min(least).default(fallback);
const amount = (fallback: number) => z.coerce.number().min(0).default(fallback);
const secret = { secret: true } as const;

/**
 * Every setting, in the order in which people need them. This is the only place that knows the environment: the README's
 * table and `.env.example` are rendered from it.
 */
const Environment = z.object({
  APP_ID: z.coerce.number().int().positive().optional().describe('The GitHub App’s id, from its settings page. GitHub is off without it.'),
  PRIVATE_KEY: z
    .string()
    .optional()
    .meta(secret)
    .describe('The GitHub App’s private key: PEM, with real line breaks, with `\\n`, or in base64.'),
  PRIVATE_KEY_PATH: z.string().optional().describe('A file that holds the private key, in place of PRIVATE_KEY.'),
  WEBHOOK_SECRET: z
    .string()
    .min(8)
    .optional()
    .meta(secret)
    .describe('The GitHub App’s webhook secret. Deliveries without its signature are refused.'),
  GITHUB_CLIENT_ID: z
    .string()
    .min(1)
    .optional()
    .describe('The GitHub App’s client ID: with GITHUB_CLIENT_SECRET, people sign in to the dashboard with their account there.'),
  GITHUB_CLIENT_SECRET: z.string().min(1).optional().meta(secret).describe('A client secret of the GitHub App.'),
  GITHUB_API_URL: z.url().default('https://api.github.com').describe('For GitHub Enterprise: `https://HOST/api/v3`.'),
  GITHUB_THROTTLE: flag(true).describe('Space writes as GitHub asks of apps. Off only against a stand-in.'),
  GITEA_URL: z.url().optional().describe('The address of a Gitea or Forgejo, as people see it. Both are off without it.'),
  GITEA_TOKEN: z
    .string()
    .min(1)
    .optional()
    .meta(secret)
    .describe('A token of the bot’s account there, with the scopes `write:repository`, `write:issue` and `read:user`.'),
  GITEA_WEBHOOK_SECRET: z
    .string()
    .min(8)
    .optional()
    .meta(secret)
    .describe('What its webhooks are signed with. Unset: `/webhooks/gitea` refuses everything.'),
  GITEA_BOT_USER: z.string().optional().describe('The login of the bot’s account. Unset: it is asked for, where the token may.'),
  GITEA_CLIENT_ID: z
    .string()
    .min(1)
    .optional()
    .describe('The client ID of an OAuth2 application there: with GITEA_CLIENT_SECRET, people sign in with their account there.'),
  GITEA_CLIENT_SECRET: z.string().min(1).optional().meta(secret).describe('Its client secret.'),
  GITEA_REVIEW_COMMENTS: count(30, 0).describe(
    'Findings that one review on Gitea shows at their lines; the rest are on the pages of the gates.',
  ),
  GIT_URLS: z
    .string()
    .default('')
    .transform((text, context) =>
      text
        .split(/[\s,]+/)
        .filter(Boolean)
        .flatMap((one, index) => {
          const read = readGitAddress(one, 0);
          if ('address' in read) return [read.address];
          context.addIssue({ code: 'custom', message: `address ${index + 1} cannot be used. ${read.refused}` });
          return [];
        }),
    )
    .describe(
      'Other git servers that agents may be sent to over the API, with commas: addresses of repositories, or what those begin with, such as `https://git.example.com/team/`. Unset: none.',
    ),
  GIT_CREDENTIALS_PATH: z
    .string()
    .optional()
    .describe('A file with `https://user:token@host` for them, one a line, as git-credential-store keeps it. It is read each time.'),
  POLL_SECONDS: count(0, 0).describe('How often all forges are asked for labels and commands whose webhook never came. 0: never.'),
  POLL_HOURS: amount(6).describe('How far back the first of these looks goes, but not to before Signalbox was first started.'),
  AI_PROVIDER: z.enum(['claude']).default('claude').describe('Whose model the agents are.'),
  AI_MODEL: z.string().min(1).default('claude-sonnet-5-5').describe('The model’s name, as the provider spells it.'),
  CLAUDE_API_KEY: z
    .string()
    .min(1)
    .optional()
    .meta(secret)
    .describe('The key for Claude. It stays in the worker and never enters a sandbox.'),
  ANTHROPIC_BASE_URL: z.url().optional().describe('A gateway in front of Claude, or a stand-in.'),
  ORCHESTRATOR_HOST: z.string().default('0.0.0.0').describe('The address to listen on.'),
  ORCHESTRATOR_PORT: z.coerce.number().int().min(0).max(65_535).default(3001).describe('The port for webhooks, health and pages.'),
  PUBLIC_URL: z
    .url()
    .optional()
    .describe('How people reach this server: the start of every link in checks and comments. Unset: `http://localhost:PORT`.'),
  API_TOKEN: z
    .string()
    .min(SHORTEST_API_TOKEN)
    .regex(/^\S+$/, 'must have no spaces')
    .optional()
    .meta(secret)
    .describe(
      'An admin’s bearer token for the HTTP API, at least 16 characters. Unset: the first start makes one at random, in `DATA_DIR/api-token`, for this machine alone.',
    ),
  API_REQUESTS_PER_MINUTE: count(1200).describe(
    'Requests that the HTTP API takes of one token, and refuses of one address, before it asks them to wait. What stops something never waits.',
  ),
  DATA_DIR: z.string().default('./data').describe('Mirrors, workspaces and the embedded database. Back it up; keep it on one local disk.'),
  DATABASE_URL: z
    .string()
    .regex(/^postgres(ql)?:\/\//, 'must start with postgres:// or postgresql://')
    .optional()
    .meta(secret)
    .describe('A PostgreSQL (14 or newer). Unset: a private one is started under DATA_DIR.'),
  VALKEY_HOST: z.string().optional().describe('A Valkey or Redis for the queue. Unset: the queue lives in the database.'),
  VALKEY_PORT: z.coerce.number().int().min(1).max(65_535).default(6379).describe('Its port.'),
  VALKEY_PASSWORD: z.string().optional().meta(secret).describe('Its password, if it has one.'),
  SANDBOX_ENABLED: flag(true).describe(
    '`false` runs commands on this machine without isolation: for the demo, never for other people’s code.',
  ),
  SANDBOX_IMAGE: z
    .string()
    .default('signalbox-sandbox:latest')
    .describe('The image that agents and gates run in. `Dockerfile.sandbox` builds the default.'),
  SANDBOX_NETWORK: z
    .enum(['none', 'bridge'])
    .default('none')
    .describe('`bridge` gives agents and gates the internet. The set-up of dependencies always has it.'),
  SANDBOX_DEFAULT_MEMORY_MB: count(256, 64).describe(
    'Memory of a sandbox. Real toolchains need more: Node 1024, TypeScript or Go 2048, Rust 4096.',
  ),
  SANDBOX_DEFAULT_CPUS: z.coerce.number().min(0.1).default(1).describe('Processors of a sandbox.'),
  SANDBOX_MAX_MEMORY_MB: count(4096, 64).describe('The most memory that a repository’s `.signalbox.yml` may ask for.'),
  SANDBOX_MAX_CPUS: z.coerce.number().min(0.1).default(2).describe('The most processors that a repository’s `.signalbox.yml` may ask for.'),
  SANDBOX_MAX_PROCESSES: count(256, 16).describe('Processes and threads in a sandbox.'),
  SANDBOX_TMP_MB: count(256, 16).describe('Size of a sandbox’s /tmp, in memory.'),
  DOCKER_HOST: z
    .string()
    .regex(/^(unix|tcp|http):\/\/./, 'must start with unix://, tcp:// or http://')
    .optional()
    .describe('The Docker engine. Unset: the local socket.'),
  MAX_CONCURRENT_AGENTS: count(2).describe('Agents that run at once, over all workers.'),
  ORCHESTRATOR_QUEUE_CONCURRENCY: count(1).describe('Agents that one worker runs at once.'),
  AGENT_MAX_TURNS: count(80).describe('Model calls of one agent.'),
  AGENT_MAX_TOKENS: count(3_000_000, 1000).describe('Tokens of one agent, cached ones included.'),
  AGENT_MAX_COST_USD: amount(5).describe('Money that one agent may spend, in US dollars at list price.'),
  AGENT_MAX_WALL_SECONDS: count(1800, 10).describe('Time from an agent’s first model call to its end.'),
  AGENT_GATE_ROUNDS: count(2, 0).describe('How often red gates are handed back to the agent.'),
  REPOSITORY_DAILY_COST_USD: amount(50).describe('Money that one repository may spend in 24 hours.'),
  DAILY_COST_USD: amount(100).describe('Money that all repositories together may spend in 24 hours.'),
  MAX_AGENTS_PER_REPOSITORY: count(2).describe('Agents that run at once on one repository.'),
  AGENT_HEARTBEAT_SECONDS: count(5).describe('How often a worker says that it still holds an agent.'),
  AGENT_LEASE_SECONDS: count(30, 2).describe('How long a silent worker keeps its agents; then another one takes them over.'),
  SETUP_TIMEOUT_SECONDS: count(600).describe('Time for installing a repository’s dependencies.'),
  GATE_TIMEOUT_SECONDS: count(900).describe('Time for one gate.'),
  WORKSPACE_MAX_MB: count(4096).describe('Disk that one workspace may take.'),
  ALLOWED_BOTS: z
    .string()
    .default('')
    .transform((text) =>
      text
        .split(',')
        .map((name) => name.trim())
        .filter(Boolean),
    )
    .describe('Bot accounts that may give commands if they have write access, by login, with commas. All others are ignored.'),
  OTEL_EXPORTER_OTLP_ENDPOINT: z
    .url()
    .optional()
    .describe(
      'An OpenTelemetry collector (OTLP over HTTP) that is sent a trace of each request, from the webhook to the report. Unset: none.',
    ),
  OTEL_EXPORTER_OTLP_HEADERS: z
    .string()
    .default('')
    .transform((text, context) => {
      const pairs = text.split(',').filter((pair) => pair.trim() !== '');
      if (pairs.some((pair) => !/^[^=]+=/.test(pair))) context.addIssue({ code: 'custom', message: 'must be name=value, with commas' });
      return Object.fromEntries(pairs.map((pair) => [pair.slice(0, pair.indexOf('=')).trim(), pair.slice(pair.indexOf('=') + 1).trim()]));
    })
    .meta(secret)
    .describe('Headers that the collector wants, as `name=value` with commas: its credentials.'),
  OTEL_SERVICE_NAME: z.string().min(1).default('signalbox').describe('Whose the traces are.'),
  LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'silent']).default('info').describe('How much is logged.'),
});

export const SETTINGS: readonly Setting[] = settingsIn(Environment);

export type Config = ReturnType<typeof readConfig>;

/**
 * Reads the settings from an environment. An empty value counts as unset.
 *
 * Errors: `config.invalid`, which names every problem at once.
 */
export function readConfig(environment: NodeJS.ProcessEnv = process.env) {
  const given = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== undefined && value !== ''));
  const parsed = Environment.safeParse(given);
  const problems = parsed.success ? [] : parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
  const privateKey = readPrivateKey(given, problems);
  if (given['APP_ID'] && !given['PRIVATE_KEY'] && !given['PRIVATE_KEY_PATH'])
    problems.push('PRIVATE_KEY or PRIVATE_KEY_PATH: needed with APP_ID');
  if (given['APP_ID'] && !given['WEBHOOK_SECRET'])
    problems.push('WEBHOOK_SECRET: needed with APP_ID, so that nobody else can send deliveries');
  if (given['GITEA_URL'] && !given['GITEA_TOKEN']) problems.push('GITEA_TOKEN: needed with GITEA_URL');
  problems.push(...halvesOf(given, 'GITHUB', 'APP_ID'), ...halvesOf(given, 'GITEA', 'GITEA_URL'));
  if (!parsed.success || problems.length > 0) throw invalid(problems);

  const settings = parsed.data;
  if (settings.AGENT_LEASE_SECONDS < 2 * settings.AGENT_HEARTBEAT_SECONDS)
    throw invalid(['AGENT_LEASE_SECONDS: must be at least twice AGENT_HEARTBEAT_SECONDS']);
  return {
    github:
      settings.APP_ID && privateKey && settings.WEBHOOK_SECRET
        ? {
            appId: settings.APP_ID,
            privateKey,
            webhookSecret: settings.WEBHOOK_SECRET,
            apiUrl: settings.GITHUB_API_URL.replace(/\/$/, ''),
            throttle: settings.GITHUB_THROTTLE,
            oauth: oauthApp(settings.GITHUB_CLIENT_ID, settings.GITHUB_CLIENT_SECRET),
          }
        : null,
    gitea:
      settings.GITEA_URL && settings.GITEA_TOKEN
        ? {
            url: settings.GITEA_URL.replace(/\/+$/, ''),
            token: settings.GITEA_TOKEN,
            webhookSecret: settings.GITEA_WEBHOOK_SECRET ?? null,
            botUser: settings.GITEA_BOT_USER ?? null,
            maxReviewComments: settings.GITEA_REVIEW_COMMENTS,
            oauth: oauthApp(settings.GITEA_CLIENT_ID, settings.GITEA_CLIENT_SECRET),
          }
        : null,
    git: settings.GIT_URLS.length > 0 ? { urls: settings.GIT_URLS, credentialsPath: settings.GIT_CREDENTIALS_PATH ?? null } : null,
    /** Milliseconds between two edits of one status comment: GitHub asks apps not to write faster. */
    reportRestMs: settings.GITHUB_THROTTLE ? 2_000 : 100,
    polling: settings.POLL_SECONDS > 0 ? { everyMs: settings.POLL_SECONDS * 1000, lookBackMs: settings.POLL_HOURS * 3_600_000 } : null,
    model: {
      provider: settings.AI_PROVIDER,
      name: settings.AI_MODEL,
      apiKey: settings.CLAUDE_API_KEY ?? null,
      baseUrl: settings.ANTHROPIC_BASE_URL ?? null,
    },
    host: settings.ORCHESTRATOR_HOST,
    port: settings.ORCHESTRATOR_PORT,
    publicUrl: settings.PUBLIC_URL?.replace(/\/$/, '') ?? null,
    apiToken: settings.API_TOKEN ?? null,
    apiRequestsPerMinute: settings.API_REQUESTS_PER_MINUTE,
    dataDir: resolve(settings.DATA_DIR),
    databaseUrl: settings.DATABASE_URL ?? null,
    valkey: settings.VALKEY_HOST
      ? { host: settings.VALKEY_HOST, port: settings.VALKEY_PORT, password: settings.VALKEY_PASSWORD ?? null }
      : null,
    sandbox: {
      enabled: settings.SANDBOX_ENABLED,
      image: settings.SANDBOX_IMAGE,
      network: settings.SANDBOX_NETWORK,
      memoryMb: settings.SANDBOX_DEFAULT_MEMORY_MB,
      cpus: settings.SANDBOX_DEFAULT_CPUS,
      mostMemoryMb: settings.SANDBOX_MAX_MEMORY_MB,
      mostCpus: settings.SANDBOX_MAX_CPUS,
      processes: settings.SANDBOX_MAX_PROCESSES,
      tmpMb: settings.SANDBOX_TMP_MB,
      dockerHost: settings.DOCKER_HOST ?? null,
      /** For commands that run without a container: the host's own tools. */
      hostPath: environment['PATH'] ?? '/usr/local/bin:/usr/bin:/bin',
    },
    lease: { heartbeatMs: settings.AGENT_HEARTBEAT_SECONDS * 1000, leaseMs: settings.AGENT_LEASE_SECONDS * 1000 },
    concurrency: {
      overall: settings.MAX_CONCURRENT_AGENTS,
      perRepository: settings.MAX_AGENTS_PER_REPOSITORY,
      perWorker: settings.ORCHESTRATOR_QUEUE_CONCURRENCY,
    },
    limits: {
      turns: settings.AGENT_MAX_TURNS,
      tokens: settings.AGENT_MAX_TOKENS,
      costUsd: settings.AGENT_MAX_COST_USD,
      wallSeconds: settings.AGENT_MAX_WALL_SECONDS,
      gateRounds: settings.AGENT_GATE_ROUNDS,
    },
    dailyCostUsd: { repository: settings.REPOSITORY_DAILY_COST_USD, overall: settings.DAILY_COST_USD },
    setupTimeoutMs: settings.SETUP_TIMEOUT_SECONDS * 1000,
    gateTimeoutMs: settings.GATE_TIMEOUT_SECONDS * 1000,
    workspaceMaxMb: settings.WORKSPACE_MAX_MB,
    allowedBots: settings.ALLOWED_BOTS,
    tracing: settings.OTEL_EXPORTER_OTLP_ENDPOINT
      ? {
          endpoint: settings.OTEL_EXPORTER_OTLP_ENDPOINT.replace(/\/+$/, ''),
          headers: settings.OTEL_EXPORTER_OTLP_HEADERS,
          serviceName: settings.OTEL_SERVICE_NAME,
        }
      : null,
    logLevel: settings.LOG_LEVEL,
  };
}

/** What is missing of an OAuth application, one half of which is set. */
function halvesOf(given: Readonly<Record<string, unknown>>, kind: 'GITHUB' | 'GITEA', forge: string): string[] {
  const [id, secretName] = [`${kind}_CLIENT_ID`, `${kind}_CLIENT_SECRET`];
  const set = [id, secretName].filter((name) => given[name]);
  if (set.length === 0) return [];
  return [id, secretName, forge].filter((name) => !given[name]).map((name) => `${name}: needed with ${set.join(' and ')}`);
}

function oauthApp(clientId: string | undefined, clientSecret: string | undefined) {
  return clientId && clientSecret ? { clientId, clientSecret } : null;
}

function readPrivateKey(
  settings: { PRIVATE_KEY?: string | undefined; PRIVATE_KEY_PATH?: string | undefined },
  problems: string[],
): string | null {
  let text = settings.PRIVATE_KEY ?? null;
  if (text === null && settings.PRIVATE_KEY_PATH) {
    try {
      text = readFileSync(settings.PRIVATE_KEY_PATH, 'utf8');
    } catch (error) {
      problems.push(
        `PRIVATE_KEY_PATH: cannot read ${shownPath(settings.PRIVATE_KEY_PATH)} (${(error as NodeJS.ErrnoException).code ?? 'error'})`,
      );
      return null;
    }
  }
  if (text === null) return null;
  const unescaped = text.includes('-----BEGIN') ? text.replaceAll('\\n', '\n') : Buffer.from(text, 'base64').toString('utf8');
  if (unescaped.includes('-----BEGIN') && unescaped.includes('PRIVATE KEY-----')) return unescaped.trim() + '\n';
  problems.push('PRIVATE_KEY: this is not a PEM private key');
  return null;
}

/** Some put the key itself there. */
function shownPath(path: string): string {
  return path.length <= 255 && !path.includes('\n') ? path : 'the file';
}

function invalid(problems: readonly string[]): SignalboxError {
  return new SignalboxError(
    'config.invalid',
    `The settings have ${problems.length === 1 ? 'a problem' : `${problems.length} problems`}:\n  ${problems.join('\n  ')}`,
    {
      nextStep: 'Set them in the environment or in .env; .env.example documents each one.',
    },
  );
}
