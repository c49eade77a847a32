import { readConfig, type Config } from '../config.ts';
import { createLog, type Logger } from '../log.ts';
import { logOutput } from './log-output.ts';
import { problemsAsJson } from './problems.ts';

/** What runs, and may be ended. */
export interface Running extends AsyncDisposable {
  /** null for a worker alone. */
  readonly url: string | null;
  readonly queueKind: string;
  readonly sandboxKind: string;
}

export interface ServeOptions {
  /** The log as JSON also on a terminal, and what keeps it from starting as JSON too. */
  readonly json?: boolean;
}

type Compose<Role> = (config: Config, options: { log: Logger; roles: readonly Role[] }) => Promise<Running>;

/** Runs until SIGTERM or SIGINT; a second one ends the process at once. */
export async function serve<Role extends string>(
  compose: Compose<Role>,
  roles: readonly Role[],
  { json = false }: ServeOptions,
): Promise<void> {
  await problemsAsJson(json, () => run(compose, roles, json || !process.stdout.isTTY));
}

async function run<Role extends string>(compose: Compose<Role>, roles: readonly Role[], json: boolean): Promise<void> {
  const config = readConfig();
  const output = logOutput({ json });
  const log = createLog(config.logLevel, output.destination);
  const stopped = Promise.withResolvers<string>();
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.once(signal, () => {
      stopped.resolve(signal);
      process.once(signal, () => process.exit(1));
    });
  }
  const start = async () => {
    const instance = await compose(config, { log, roles });
    output.isUp();
    return instance;
  };
  await untilStopped(start, stopped.promise, { config, log, roles });
  // A library may still try to reach a server that is away; everything of ours has ended.
  process.exit();
}

interface Circumstances {
  readonly config: Config;
  readonly log: Logger;
  readonly roles: readonly string[];
}

async function untilStopped(start: () => Promise<Running>, stopped: Promise<string>, { config, log, roles }: Circumstances): Promise<void> {
  await using instance = await start();
  log.info({ roles, url: instance.url, sandbox: instance.sandboxKind, queue: instance.queueKind }, 'signalbox is up');
  if (!config.github && !config.gitea && !config.git && instance.url)
    log.warn('no forge is configured: set those of GitHub (APP_ID …) or of Gitea (GITEA_URL …); npm run doctor explains');
  const signal = await stopped;
  log.info({ signal }, 'signalbox is stopping');
}
