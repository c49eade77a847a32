import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { Socket } from 'node:net';
import { SignalboxError, messageOf } from '../../errors.ts';
import { environmentOf } from './marked-processes.ts';

/**
 * A process that does nothing but carry a sandbox's mark: an idle sandbox can be found and removed from another process,
 * and this one sees that it was. It ends with the worker, whose end of its stdin it waits for.
 */
export interface Keeper {
  /** Whether the sandbox is still there, as far as this system tells. */
  lives(): Promise<boolean>;
  end(): void;
}

export async function startKeeper(env: Readonly<Record<string, string>>): Promise<Keeper> {
  const child = spawn('/bin/sh', ['-c', 'read -r _'], { cwd: '/', env, detached: true, stdio: ['pipe', 'ignore', 'ignore'] });
  try {
    await once(child, 'spawn');
  } catch (error) {
    throw new SignalboxError('sandbox.start-failed', `No process could be started: ${messageOf(error)}`, {
      nextStep: 'Look for a shortage of memory or processes on the worker’s machine.',
      retryable: true,
      cause: error,
    });
  }
  // Neither keeps the worker from ending.
  child.unref();
  if (child.stdin instanceof Socket) child.stdin.unref();
  child.stdin.on('error', () => {});
  const marked = process.platform === 'linux';
  return {
    async lives() {
      if (child.exitCode !== null || child.signalCode !== null) return false;
      return !marked || (await environmentOf(child.pid ?? 0)) !== '';
    },
    end: () => void child.kill('SIGKILL'),
  };
}
