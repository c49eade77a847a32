import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { createLog } from '../../src/log.ts';
import { prepareHome } from '../../src/store/embedded/home.ts';
import { startEmbeddedPostgres } from '../../src/store/embedded/index.ts';
import type { Github } from '../support/github/github.ts';
import { startDockerProxy, type DockerProxy } from '../support/docker-proxy.ts';
import { settingsFor } from '../support/signalbox.ts';
import { Member } from './member.ts';
import type { ChaosOptions } from './options.ts';
import { freePort, startProxy, type Proxy } from './proxy.ts';
import type { Random } from './random.ts';
import { startRestartableValkey, type RestartableValkey } from './valkey.ts';

/** Everything that runs, and the wires between it that can be cut. */
export interface Site {
  readonly members: readonly Member[];
  /** Where the servers answer. */
  readonly url: string;
  /** The database itself, beside every wire that is cut. */
  readonly sqlUrl: string;
  /** For the queue as the members see it. */
  readonly valkey: RestartableValkey | null;
  readonly databaseWire: Proxy | null;
  readonly dockerWire: DockerProxy | null;
  /** The folder of the embedded database's data; null where it is nobody's to kill. */
  readonly postgresData: string | null;
}

export interface SiteWish {
  readonly options: ChaosOptions;
  readonly folder: string;
  readonly github: Github;
  readonly model: { readonly url: string; readonly apiKey: string };
  readonly random: Random;
}

/** Of the control API, the same on every server. */
export const API_TOKEN = 'token-of-the-operator-of-the-storm';

/** Seconds. Short, so that takeovers are quick. */
export const LEASE_SECONDS = 4;
const HEARTBEAT_SECONDS = 1;

export async function buildSite(wish: SiteWish, stack: AsyncDisposableStack): Promise<Site> {
  await mkdir(join(wish.folder, 'logs'), { recursive: true });
  const dockerWire = wish.options.docker ? stack.use(await startDockerProxy()) : null;
  return wish.options.setup === 'embedded' ? embedded(wish, dockerWire, stack) : cluster(wish, dockerWire, stack);
}

async function embedded(wish: SiteWish, dockerWire: DockerProxy | null, stack: AsyncDisposableStack): Promise<Site> {
  const port = await freePort();
  const dataDir = join(wish.folder, 'data');
  const home = await prepareHome(dataDir);
  const settings = { ORCHESTRATOR_PORT: String(port), ORCHESTRATOR_QUEUE_CONCURRENCY: String(wish.options.agents) };
  const serve = stack.use(member(wish, dockerWire, { name: 'serve', role: 'serve', dataDir, settings }));
  return {
    members: [serve],
    url: `http://127.0.0.1:${port}`,
    sqlUrl: `postgresql://signalbox@localhost/signalbox?host=${encodeURIComponent(home.socket.path)}`,
    valkey: null,
    databaseWire: null,
    dockerWire,
    postgresData: home.data,
  };
}

async function cluster(wish: SiteWish, dockerWire: DockerProxy | null, stack: AsyncDisposableStack): Promise<Site> {
  const { folder, random } = wish;
  const postgres = stack.use(await startEmbeddedPostgres({ dataDir: join(folder, 'postgres'), log: createLog('warn') }));
  const socket = new URL(postgres.url).searchParams.get('host') ?? '';
  const databaseWire = stack.use(await startProxy({ targets: [{ path: join(socket, '.s.PGSQL.5432') }] }));
  const valkey = stack.use(await startRestartableValkey(join(folder, 'valkey')));
  const ports = [await freePort(), await freePort()];
  const balancer = stack.use(await startProxy({ targets: ports.map((port) => ({ host: '127.0.0.1', port })) }));
  const shared = {
    DATABASE_URL: `postgresql://signalbox@127.0.0.1:${databaseWire.port}/signalbox`,
    VALKEY_HOST: '127.0.0.1',
    VALKEY_PORT: String(valkey.port),
    PUBLIC_URL: `http://127.0.0.1:${balancer.port}`,
    ORCHESTRATOR_QUEUE_CONCURRENCY: String(Math.max(1, Math.ceil(wish.options.agents / 2))),
  };
  // The first server is on the first worker's machine. Sometimes two workers are on one machine.
  const third = random.chance(0.3) ? 'second' : 'third';
  const members = [
    { name: 'server-1', role: 'server', dataDir: join(folder, 'first'), settings: { ORCHESTRATOR_PORT: String(ports[0]) } },
    { name: 'server-2', role: 'server', dataDir: join(folder, 'other'), settings: { ORCHESTRATOR_PORT: String(ports[1]) } },
    { name: 'worker-1', role: 'worker', dataDir: join(folder, 'first'), settings: {} },
    { name: 'worker-2', role: 'worker', dataDir: join(folder, 'second'), settings: {} },
    { name: 'worker-3', role: 'worker', dataDir: join(folder, third), settings: {} },
  ] as const;
  return {
    members: members.map((one) => stack.use(member(wish, dockerWire, { ...one, settings: { ...shared, ...one.settings } }))),
    url: `http://127.0.0.1:${balancer.port}`,
    sqlUrl: postgres.url,
    valkey,
    databaseWire,
    dockerWire,
    postgresData: null,
  };
}

function member(
  wish: SiteWish,
  dockerWire: DockerProxy | null,
  one: { name: string; role: Member['role']; dataDir: string; settings: Record<string, string> },
): Member {
  const { options, folder, github, model } = wish;
  const docker: Record<string, string> = dockerWire ? { DOCKER_HOST: `unix://${dockerWire.socketPath}`, SANDBOX_DEFAULT_CPUS: '0.5' } : {};
  const settings = {
    LOG_LEVEL: 'info',
    API_TOKEN,
    SANDBOX_ENABLED: String(options.docker),
    AGENT_LEASE_SECONDS: String(LEASE_SECONDS),
    AGENT_HEARTBEAT_SECONDS: String(HEARTBEAT_SECONDS),
    MAX_CONCURRENT_AGENTS: String(options.agents),
    MAX_AGENTS_PER_REPOSITORY: String(options.agents),
    DAILY_COST_USD: '100000',
    REPOSITORY_DAILY_COST_USD: '100000',
    ...docker,
    ...one.settings,
  };
  return new Member({
    name: one.name,
    role: one.role,
    folder,
    environment: settingsFor({ github, model, dataDir: one.dataDir, settings }),
    logFile: join(folder, 'logs', `${one.name}.log`),
  });
}
