import { randomUUID } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { hostname } from 'node:os';
import { startEnforcer } from '../workers/enforcer.ts';
import { startWorker } from '../workers/main.ts';
import { startReaper } from '../workers/reaper.ts';
import type { WorkerServices } from '../workers/services.ts';
import { ensureApiToken } from './api-token.ts';
import type { Config } from './config.ts';
import { SignalboxError } from './errors.ts';
import { startEventLog } from './events/event-log.ts';
import { startPublisher } from './events/publisher.ts';
import { openValkey } from './events/valkey.ts';
import { createForges, createPlainGit } from './forge/index.ts';
import type { AnyForge, Forge, PlainGit } from './forge/forge.ts';
import { defaultBranch } from './git/default-branch.ts';
import { Git } from './git/git.ts';
import { buildApp } from './http/app.ts';
import type { Probe } from './health.ts';
import { listen } from './http/listen.ts';
import { detailsOf } from './http/views/agent.ts';
import { eventView } from './http/views/event.ts';
import { taskView } from './http/views/task.ts';
import { createLog, type Logger } from './log.ts';
import { createModel } from './model/index.ts';
import { machineName } from './machine-name.ts';
import type { Model } from './model/model.ts';
import { createQueue } from './queue/index.ts';
import type { Queue } from './queue/queue.ts';
import { startReporter } from './report/reporter.ts';
import { createSandboxEngine, sandboxUser } from './sandbox/index.ts';
import type { SandboxEngine } from './sandbox/sandbox.ts';
import { openDatabase, type Database } from './store/database.ts';
import { startEmbeddedPostgres } from './store/embedded/index.ts';
import { haltOf, instanceId } from './store/facts.ts';
import { openNotifications, type Notifications } from './store/notifications.ts';
import { anyToken } from './store/tokens.ts';
import { startDispatcher } from './tasks/dispatcher.ts';
import { startSweep } from './tasks/sweep.ts';
import { openTracing } from './tracing/open-tracing.ts';
import { tracedModel } from './tracing/traced-model.ts';
import type { Tracing } from './tracing/tracing.ts';
import { ARRIVALS, checkArrival, lastArrivals } from './webhook/arrivals.ts';
import { agentAddress, gateAddress } from './web/addresses.ts';
import { startPolling } from './webhook/poll.ts';
import { startProcessing } from './webhook/process.ts';

export type Role = 'server' | 'worker';

export interface Instance extends AsyncDisposable {
  /** Where the server answers; null for a worker alone. */
  readonly url: string | null;
  readonly database: Database;
  readonly queueKind: Queue['kind'];
  readonly sandboxKind: string;
}

/** The parts that every role needs. */
interface Core {
  readonly config: Config;
  readonly log: Logger;
  readonly database: Database;
  readonly notifications: Notifications;
  readonly queue: Queue;
  readonly forges: readonly Forge[];
  /** Where agents can be sent: the forges, and plain git. */
  readonly everywhere: readonly AnyForge[];
  readonly sandboxes: SandboxEngine;
  readonly model: Model | null;
  readonly tracing: Tracing;
}

/**
 * The only composition root: makes every part, in order, and gives them to each other. Disposing ends them in the reverse
 * order; when making one fails, those made before are ended too.
 */
export async function compose(config: Config, options: { log: Logger; roles: readonly Role[] }): Promise<Instance> {
  const { log, roles } = options;
  await using stack = new AsyncDisposableStack();
  await mkdir(config.dataDir, { recursive: true });
  const { tracing } = stack.use(await openTracing(config.tracing, log));
  const databaseUrl = config.databaseUrl ?? stack.use(await startEmbeddedPostgres({ dataDir: config.dataDir, log })).url;
  const database = stack.use(await openDatabase(databaseUrl));
  const instance = await instanceId(database.db);
  const notifications = stack.use(await openNotifications(databaseUrl, log));
  const queue = stack.use(await createQueue({ databaseUrl, valkey: config.valkey, instance, log }));
  const forges = createForges(config, log);
  const core: Core = {
    config,
    log,
    database,
    notifications,
    queue,
    forges,
    everywhere: [...forges, ...plainGitOf(config)],
    sandboxes: createSandboxes(config, instance),
    model: modelOf(config),
    tracing,
  };
  let url: string | null = null;
  if (roles.includes('server')) url = await startServer(core, stack);
  if (roles.includes('worker')) {
    const services = await workerServices(core, url);
    stack.use(startReaper(services));
    stack.use(await startWorker(services, queue, config.concurrency.perWorker));
  }
  const parts = stack.move();
  return { url, database, queueKind: queue.kind, sandboxKind: core.sandboxes.kind, [Symbol.asyncDispose]: () => parts.disposeAsync() };
}

async function startServer(core: Core, stack: AsyncDisposableStack): Promise<string> {
  const { config, log, database, notifications, queue, forges, everywhere, tracing } = core;
  const { db } = database;
  const app = buildApp({
    db,
    notifications,
    queue,
    access: await accessOf(config),
    forges,
    everywhere,
    probes: probesOf(core),
    limits: limitsOf(config),
    tracing,
    publicUrl: config.publicUrl,
    log,
  });
  const server = stack.use(await listen(app, { host: config.host, port: config.port }));
  const links = linksOf(config, server.url);
  if (!config.apiToken && !(await anyToken(db)))
    log.info('the HTTP API answers this machine alone, until API_TOKEN is set or `signalbox token create` has made a token');
  const halt = await haltOf(db);
  if (halt) log.warn({ halt }, 'this instance is halted: nothing new starts until `signalbox resume`');
  stack.use(startProcessing({ db, notifications, forges, allowedBots: config.allowedBots, tracing, log }));
  if (config.polling) stack.use(startPolling({ db, notifications, forges, log, ...config.polling }));
  stack.use(
    startDispatcher({
      db,
      notifications,
      queue,
      log,
      maxAgents: config.concurrency.overall,
      maxPerRepository: config.concurrency.perRepository,
    }),
  );
  stack.use(
    startEnforcer({
      db,
      notifications,
      log,
      forges: everywhere,
      sandboxes: core.sandboxes,
      git: new Git(),
      dataDir: config.dataDir,
      host: await machineName(config.dataDir),
      forgePatienceMs: FORGE_PATIENCE_MS,
    }),
  );
  if (config.valkey) {
    const valkey = stack.use(openValkey(config.valkey, log));
    stack.use(startPublisher({ db, notifications, log, valkey, views: { task: taskView, agent: detailsOf, event: eventView } }));
  }
  stack.use(startSweep({ db, notifications, queue, log }));
  stack.use(startReporter({ db, notifications, forges, links, tracing, log, restMs: config.reportRestMs }));
  stack.use(startEventLog({ db, notifications, log }));
  return server.url;
}

const FORGE_PATIENCE_MS = 3_000;

async function accessOf(config: Config) {
  const apiToken = config.apiToken ?? (await ensureApiToken(config.dataDir));
  return { apiToken, isApiTokenChosen: config.apiToken !== null, perMinute: config.apiRequestsPerMinute };
}

async function workerServices(core: Core, url: string | null): Promise<WorkerServices> {
  const { config, log, database, notifications, everywhere, sandboxes, model, tracing } = core;
  if (!model) {
    throw new SignalboxError('config.no-model-key', 'A worker needs a model, and there is no key for one.', {
      nextStep: 'Set CLAUDE_API_KEY, or run `npm run server` here and the worker elsewhere.',
    });
  }
  const { memoryMb, cpus, processes, tmpMb } = config.sandbox;
  return {
    workerId: `${hostname()}/${process.pid}/${randomUUID().slice(0, 8)}`,
    host: await machineName(config.dataDir),
    lease: config.lease,
    db: database.db,
    notifications,
    forges: everywhere,
    model: tracedModel(model, tracing),
    sandboxes,
    git: new Git(),
    links: linksOf(config, url),
    log,
    tracing,
    dataDir: config.dataDir,
    owner: sandboxes.kind === 'docker' && process.getuid?.() === 0 ? sandboxUser() : undefined,
    network: config.sandbox.network,
    sandboxLimits: { memoryMb, cpus, processes, tmpMb },
    mostSandbox: { memoryMb: config.sandbox.mostMemoryMb, cpus: config.sandbox.mostCpus },
    workspaceMaxMb: config.workspaceMaxMb,
    limits: config.limits,
    dailyCostUsd: config.dailyCostUsd,
    setupTimeoutMs: config.setupTimeoutMs,
    gateTimeoutMs: config.gateTimeoutMs,
    forgePatienceMs: FORGE_PATIENCE_MS,
    ownSecrets: () => ownSecretsOf(config, everywhere),
  };
}

async function ownSecretsOf(
  { github, gitea, model, apiToken, tracing }: Config,
  everywhere: readonly AnyForge[],
): Promise<readonly string[]> {
  const settings = [
    github?.privateKey,
    github?.webhookSecret,
    github?.oauth?.clientSecret,
    gitea?.token,
    gitea?.webhookSecret,
    gitea?.oauth?.clientSecret,
    model.apiKey,
    apiToken,
    ...Object.values(tracing?.headers ?? {}),
  ];
  const others = await Promise.all(everywhere.map(async (forge) => (await forge.secrets?.()) ?? []));
  return [...settings.filter((value) => typeof value === 'string'), ...others.flat()];
}

/** Other git servers, where the settings have some. */
function plainGitOf({ git }: Config): readonly PlainGit[] {
  const runner = new Git();
  return git ? [createPlainGit({ ...git, readHead: (access) => defaultBranch(runner, access) })] : [];
}

export function createSandboxes(config: Config, instance: string): SandboxEngine {
  if (!config.sandbox.enabled) {
    return createSandboxEngine({ kind: 'process', path: config.sandbox.hostPath, instanceId: instance });
  }
  const docker = config.sandbox.dockerHost ? { docker: dockerOptions(config.sandbox.dockerHost) } : {};
  return createSandboxEngine({ kind: 'docker', ...docker, image: config.sandbox.image, instanceId: instance, user: sandboxUser() });
}

function dockerOptions(address: string) {
  const url = new URL(address);
  return url.protocol === 'unix:'
    ? { socketPath: url.pathname }
    : { protocol: 'http' as const, host: url.hostname, port: Number(url.port || 2375) };
}

/** What `/health/ready` looks at: nothing that costs money, and nothing of the forge, whose outage is not ours. */
function probesOf({ database, queue, sandboxes, forges }: Core): readonly Probe[] {
  return [
    { name: ARRIVALS, check: async () => ({ ok: true, detail: await lastArrivals(database.db, forges) }) },
    { name: 'database', check: () => database.check().then(() => ({ ok: true, detail: 'PostgreSQL answers' })) },
    { name: 'queue', check: () => queue.check().then(() => ({ ok: true, detail: `BullMQ on ${queue.kind}` })) },
    { name: 'sandbox', check: () => sandboxes.check() },
  ];
}

/** For what sets a forge up, without a server. */
export function configuredForges(config: Config): readonly Forge[] {
  return createForges(config, createLog('warn'));
}

/** What `npm run doctor` looks at beside the machine itself. */
export function doctorProbes(config: Config): readonly Probe[] {
  const forges = createForges(config, createLog('silent'));
  const git = plainGitOf(config);
  const noForge = {
    ok: false,
    detail:
      'none is configured: a GitHub App (README, “A GitHub App of your own”: APP_ID, PRIVATE_KEY_PATH, WEBHOOK_SECRET), a Gitea (README, “Gitea and Forgejo”: GITEA_URL, GITEA_TOKEN, GITEA_WEBHOOK_SECRET), or other git servers (GIT_URLS)',
  };
  return [
    { name: 'database', check: () => databaseState(config) },
    { name: 'sandbox', check: () => createSandboxes(config, 'doctor').check() },
    { name: 'model', check: () => modelState(config) },
    ...forges.map((forge): Probe => ({ name: forge.name, check: () => forge.check() })),
    ...forges.map((forge) => webhookProbe(forge, config)),
    ...git.map((plain): Probe => ({ name: 'git-urls', check: () => plain.check() })),
    ...(forges.length + git.length === 0 ? [{ name: 'forge', check: async () => noForge }] : []),
  ];
}

function webhookProbe(forge: Forge, { publicUrl }: Config): Probe {
  const check = forge.checkWebhook?.bind(forge) ?? (() => checkArrival(forge, publicUrl));
  return { name: 'webhook', withinMs: 30_000, check };
}

async function databaseState(config: Config) {
  if (!config.databaseUrl) return { ok: true, detail: `embedded, under ${config.dataDir}` };
  await using database = await openDatabase(config.databaseUrl);
  await database.check();
  return { ok: true, detail: 'the PostgreSQL of DATABASE_URL answers' };
}

async function modelState(config: Config) {
  const model = modelOf(config);
  return model ? model.check() : { ok: false, detail: 'no key: set CLAUDE_API_KEY (made at console.anthropic.com)' };
}

function modelOf({ model }: Config): Model | null {
  return model.apiKey ? createModel({ ...model, apiKey: model.apiKey, baseUrl: model.baseUrl ?? undefined }) : null;
}

/** What the dashboard holds figures against. */
function limitsOf({ limits, dailyCostUsd, concurrency }: Config) {
  return { agent: limits, dailyCostUsd, agents: { overall: concurrency.overall, perRepository: concurrency.perRepository } };
}

function linksOf(config: Config, url: string | null) {
  const base = config.publicUrl ?? `http://localhost:${url ? new URL(url).port : config.port}`;
  return {
    agent: (agentId: string) => `${base}${agentAddress(agentId)}`,
    gate: (agentId: string, gate: string) => `${base}${gateAddress(agentId, gate)}`,
  };
}
