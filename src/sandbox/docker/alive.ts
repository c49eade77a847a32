import { setTimeout as delay } from 'node:timers/promises';
import type Docker from 'dockerode';
import { execInContainer } from './exec.ts';

/**
 * Whether a container can run commands. Its recorded state is late when it has just been killed, so a command is tried;
 * and a command can fail in a container that is well, for lack of processes or memory, so the state is waited for then.
 */
export async function isAlive(container: Docker.Container, user: string): Promise<boolean> {
  const nothing = { argv: ['true'], workingDir: '/', env: [], user, stdin: undefined, onOutput: () => {} };
  const exitCode = await execInContainer(container, nothing).catch(() => undefined);
  if (exitCode === 0) return true;
  for (let attempt = 1; attempt <= 20; attempt += 1) {
    const info = await container.inspect().catch(() => undefined);
    if (info?.State.Running !== true) return false;
    await delay(50);
  }
  return true;
}
