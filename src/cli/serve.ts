import { readConfig, type Config } from '../config.ts';
import { createLog, type Logger } from '../log.ts';

/** What runs, and may be ended. */
export interface Running extends AsyncDisposable {
  /** null for a worker alone. */
  readonly url: string | null;
  readonly queueKind: string;
  readonly sandboxKind: string;
}

/** Runs until SIGTERM or SIGINT; a second one ends the process at once. */
export async function serve<Role extends string>(
  compose: (config: Config, options: { log: Logger; roles: readonly Role[] }) => Promise<Running>,
  roles: readonly Role[],
): Promise<void> {
  const config = readConfig();
  const log = createLog(config.logLevel);
  const stopped = Promise.withResolvers<string>();
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.once(signal, () => {
      stopped.resolve(signal);
      process.once(signal, () => process.exit(1));
    });
  }
  await untilStopped(() => compose(config, { log, roles }), stopped.promise, { config, log, roles });
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
