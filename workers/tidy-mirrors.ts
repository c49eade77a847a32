import { join } from 'node:path';
import { findMirrors } from '../src/git/find-mirrors.ts';
import { maintainMirror } from '../src/git/maintain-mirror.ts';
import { startLoop } from '../src/loop.ts';
import type { IdleTime } from './idle-time.ts';
import type { WorkerServices } from './services.ts';

const EVERY_MS = 600_000;

export type TidyServices = Pick<WorkerServices, 'notifications' | 'log' | 'git' | 'dataDir'>;

/** Maintains this machine's mirrors, one after another, while the worker has nothing else to do. */
export function startTidying(services: TidyServices, idle: IdleTime): AsyncDisposable {
  return startLoop({ name: 'mirrors', topic: 'tidy', everyMs: EVERY_MS, ...services }, async (stop) => {
    if (idle.signal) await tidyMirrors(services, AbortSignal.any([stop, idle.signal]));
    return 'wait';
  });
}

export async function tidyMirrors({ git, dataDir, log }: Omit<TidyServices, 'notifications'>, signal: AbortSignal): Promise<void> {
  for (const mirror of await findMirrors(join(dataDir, 'mirrors'))) {
    try {
      if (await maintainMirror(git, mirror, signal)) log.info({ mirror: mirror.dir }, 'a mirror was packed');
    } catch (error) {
      if (signal.aborted) return;
      log.warn({ err: error, mirror: mirror.dir }, 'a mirror could not be packed');
    }
  }
}
