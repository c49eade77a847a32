import { setTimeout as delay } from 'node:timers/promises';
import type Docker from 'dockerode';
import { SignalboxError } from '../../errors.ts';
import { unlessAborted } from '../abort.ts';
import { statusOf } from './errors.ts';

/**
 * Kills and removes a container, running or frozen, and returns when the engine answers that it does not exist. It goes
 * on trying while the engine is away or says no: a removal that is in progress (409), a mount that is still busy (500).
 */
export async function removeContainer(docker: Docker, idOrName: string, patienceMs: number): Promise<void> {
  const late = AbortSignal.timeout(patienceMs);
  const container = docker.getContainer(idOrName);
  let cause: unknown;
  for (let attempt = 1; !late.aborted; attempt += 1) {
    try {
      if (await unlessAborted(removeOnce(container), late)) return;
    } catch (error) {
      if (error !== late.reason || cause === undefined) cause = error;
    }
    await delay(Math.min(attempt * 20, 500));
  }
  throw new SignalboxError('sandbox.not-removed', `Docker did not confirm that the container ${idOrName} is gone.`, {
    nextStep: `Remove it by hand: \`docker rm -f ${idOrName}\`; if that hangs, restart the engine.`,
    retryable: true,
    cause,
  });
}

/** Whether it is confirmed to be gone. Rejects with the engine's refusal when it is not. */
async function removeOnce(container: Docker.Container): Promise<boolean> {
  try {
    await container.remove({ force: true, v: true });
  } catch (error) {
    if (await isAbsent(container)) return true;
    throw error;
  }
  return isAbsent(container);
}

async function isAbsent(container: Docker.Container): Promise<boolean> {
  try {
    await container.inspect();
    return false;
  } catch (error) {
    if (statusOf(error) === 404) return true;
    throw error;
  }
}
