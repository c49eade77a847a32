import type { Logger } from '../log.ts';
import { postgresBackend } from './postgres.ts';
import { openQueue, type Patience, type Queue } from './queue.ts';
import { valkeyBackend, type ValkeyConnection } from './valkey.ts';

export function createQueue(options: {
  databaseUrl: string;
  valkey: ValkeyConnection | null;
  instance: string;
  log: Logger;
  /** In place of the usual one, where nobody has so much time. */
  patience?: Partial<Patience>;
}): Promise<Queue> {
  const backend = options.valkey ? valkeyBackend(options.valkey, options.instance) : postgresBackend(options.databaseUrl);
  return openQueue(backend, options.log, options.patience);
}
