/**
 * Who may import whom: the table of ARCHITECTURE.md, as data. Imports run one way, from the outside in:
 *
 *   domain ← ports, store ← commands, tasks, events, report, git, gates, agent ← webhook, workers, http, web, cli
 *          ← compose ← the main files
 *
 * A new folder is entered here, or the structure test names it.
 */
export interface Area {
  readonly name: string;
  /** Folders (with a final slash) and files. The longest match decides where a file belongs. */
  readonly paths: readonly string[];
  /** Other areas. A port's name means its contract. */
  readonly may: readonly string[];
  /** The only packages and Node modules allowed; any when left out. */
  readonly packages?: readonly string[];
}

/**
 * Port → its adapters. `src/<port>/<port>.ts` is the contract, `src/<port>/index.ts` the factory, `<adapter>.ts` or
 * `<adapter>/` an adapter; what else stands in the folder is shared by the adapters.
 */
export const ADAPTERS: Readonly<Record<string, readonly string[]>> = {
  forge: ['git', 'gitea', 'github'],
  model: ['claude'],
  queue: ['postgres', 'valkey'],
  sandbox: ['docker', 'process'],
};

export const PORTS: readonly string[] = Object.keys(ADAPTERS);

/** What an adapter, a factory or a contract may see beside its own folder. */
export const SEEN_BY_PORTS: readonly string[] = ['errors', 'domain', 'log'];

/** Only these may call a port's factory. */
export const MAY_MAKE_ADAPTERS: readonly string[] = ['compose', 'main', 'demo'];

const BASE = ['errors', 'domain', 'log', 'health'];
const INNER = [...BASE, 'loop', 'store', 'tracing', ...PORTS];
const MIDDLE = [...INNER, 'commands', 'tasks', 'events', 'report'];
const OUTER = [...MIDDLE, 'settings', 'git', 'gates', 'agent', 'webhook', 'workers', 'http', 'web', 'federation', 'cli'];

export const AREAS: readonly Area[] = [
  { name: 'errors', paths: ['src/errors.ts'], may: [], packages: [] },
  { name: 'health', paths: ['src/health.ts'], may: ['errors'] },
  { name: 'domain', paths: ['src/domain/'], may: [], packages: ['zod', 'yaml'] },
  { name: 'log', paths: ['src/log.ts'], may: ['errors', 'domain'] },
  {
    name: 'settings',
    paths: ['src/config.ts', 'src/settings.ts', 'src/api-token.ts', 'src/machine-name.ts', 'src/write-once.ts'],
    may: ['errors', 'domain'],
  },
  { name: 'store', paths: ['src/store/'], may: BASE },
  { name: 'loop', paths: ['src/loop.ts'], may: [...BASE, 'store'] },
  { name: 'tracing', paths: ['src/tracing/'], may: [...BASE, 'model'] },

  { name: 'git', paths: ['src/git/'], may: [...BASE, 'forge'] },
  { name: 'agent', paths: ['workers/agent/'], may: ['model', 'sandbox', 'domain', 'errors'] },
  { name: 'gates', paths: ['gates/'], may: ['sandbox', 'domain', 'errors'] },
  { name: 'events', paths: ['src/events/'], may: INNER },
  { name: 'tasks', paths: ['src/tasks/'], may: INNER },
  { name: 'report', paths: ['src/report/'], may: [...INNER, 'events'] },
  { name: 'commands', paths: ['src/commands/'], may: [...INNER, 'tasks', 'report'] },

  { name: 'webhook', paths: ['src/webhook/'], may: MIDDLE },
  { name: 'workers', paths: ['workers/'], may: [...MIDDLE, 'git', 'gates', 'agent'] },
  { name: 'web', paths: ['src/web/'], may: MIDDLE },
  { name: 'http', paths: ['src/http/'], may: [...MIDDLE, 'webhook', 'web'] },
  { name: 'federation', paths: ['src/federation/'], may: MIDDLE },
  { name: 'cli', paths: ['src/cli/'], may: [...MIDDLE, 'settings'] },

  { name: 'compose', paths: ['src/compose.ts', 'src/compose/'], may: OUTER },
  // The demo is the one part of the product that runs on the tests' stand-ins.
  { name: 'demo', paths: ['src/demo/', 'src/demo.ts', 'src/cli/demo.ts'], may: [...OUTER, 'compose', 'test'] },
  { name: 'main', paths: ['src/main.ts'], may: [...OUTER, 'compose', 'demo'] },
];
