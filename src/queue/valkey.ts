import { Queue, Worker } from 'bullmq';
import type { QueueBackend } from './queue.ts';

export interface ValkeyConnection {
  readonly host: string;
  readonly port: number;
  readonly password: string | null;
}

/** `instance` keeps the keys of several Signalboxes on one Valkey apart. */
export function valkeyBackend(valkey: ValkeyConnection, instance: string): QueueBackend {
  const connection = { host: valkey.host, port: valkey.port, ...(valkey.password ? { password: valkey.password } : {}) };
  const prefix = `signalbox-${instance}`;
  return {
    kind: 'valkey',
    // Adding fails at once when Valkey is away; the dispatcher tries again. A worker waits for it to come back.
    openQueue: (name) => new Queue(name, { connection: { ...connection, maxRetriesPerRequest: 1, enableOfflineQueue: false }, prefix }),
    openWorker: (name, process, tuning) =>
      new Worker(name, process, { connection: { ...connection, maxRetriesPerRequest: null }, prefix, ...tuning }),
  };
}
