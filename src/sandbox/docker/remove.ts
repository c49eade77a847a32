import { setTimeout as delay } from 'node:timers/promises';
import type Docker from 'dockerode';
import { SignalboxError } from '../../errors.ts';
import { isUnreachable, statusOf } from './errors.ts';

const attempts = 40;

/** Kills and removes a container, and returns when the engine answers that it does not exist. */
export async function removeContainer(docker: Docker, idOrName: string): Promise<void> {
  const container = docker.getContainer(idOrName);
  let cause: unknown;
  for (let attempt = 1; attempt <= attempts; attempt += 1) {
    try {
      await container.remove({ force: true, v: true });
    } catch (error) {
      if (isUnreachable(error)) throw error;
      // Anything else is tried again: a removal that is in progress (409), a mount that is still busy (500).
      cause = error;
    }
    if (await isAbsent(container)) return;
    await delay(Math.min(attempt * 20, 500));
  }
  throw new SignalboxError('sandbox.not-removed', `Docker would not remove the container ${idOrName}.`, {
    nextStep: `Remove it by hand: \`docker rm -f ${idOrName}\`; if that hangs, restart the engine.`,
    retryable: true,
    cause,
  });
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
