import { compose, type Role } from '../compose.ts';
import { readConfig } from '../config.ts';
import { createLog } from '../log.ts';

/** Runs until SIGTERM or SIGINT; a second one ends the process at once. */
export async function serve(roles: readonly Role[]): Promise<void> {
  const config = readConfig();
  const log = createLog(config.logLevel);
  const stopped = Promise.withResolvers<string>();
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.once(signal, () => {
      stopped.resolve(signal);
      process.once(signal, () => process.exit(1));
    });
  }
  await using instance = await compose(config, { log, roles });
  log.info({ roles, url: instance.url, sandbox: instance.sandboxKind, queue: instance.queueKind }, 'signalbox is up');
  if (!config.github && roles.includes('server')) log.warn('no forge is configured: set APP_ID, PRIVATE_KEY and WEBHOOK_SECRET (npm run doctor explains)');
  const signal = await stopped.promise;
  log.info({ signal }, 'signalbox is stopping');
}
