import { createPostgresBackend, Queue, Worker } from 'bullmq';
import type pg from 'pg';
import type { QueueBackend } from './queue.ts';

/** BullMQ's tables live in the schema `bullmq` of the same database. Every queue and worker holds a small pool of its own. */
export function postgresBackend(url: string): QueueBackend {
  const connection = { connectionString: url, schema: 'bullmq', max: 4, application_name: 'signalbox queue', onConnect: survive };
  return {
    kind: 'postgres',
    openQueue: (name) => new Queue(name, { connection: { ...connection, migrate: true } }, createPostgresBackend),
    openWorker: (name, process, tuning) => new Worker(name, process, { connection, ...tuning }, createPostgresBackend),
  };
}

/** BullMQ listens to connections that are idle; one that breaks between two queries of a transaction would end the process. */
function survive(client: pg.ClientBase): void {
  client.on('error', () => {});
}
