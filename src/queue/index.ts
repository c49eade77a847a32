import type { Logger } from '../log.ts';
import { postgresBackend } from './postgres.ts';
import { openQueue, type Queue } from './queue.ts';
import { valkeyBackend, type ValkeyConnection } from './valkey.ts';

export function createQueue(options: {
  databaseUrl: string;
  valkey: ValkeyConnection | null;
  instance: string;
  log: Logger;
}): Promise<Queue> {
  const backend = options.valkey ? valkeyBackend(options.valkey, options.instance) : postgresBackend(options.databaseUrl);
  return openQueue(backend, options.log);
}
