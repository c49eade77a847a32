import { setTimeout as delay } from 'node:timers/promises';
import type Docker from 'dockerode';
import { SignalboxError } from '../../errors.ts';
import { isGone, statusOf } from './errors.ts';
import { execInContainer } from './exec.ts';

/** Ends every process of its own user. The kernel does that at once, so that not even a fork bomb can outrun it. */
const endAll = `
n=0
while [ $n -lt 100 ]; do
  kill -9 -1 2>/dev/null
  left=
  for p in /proc/[0-9]*; do
    if [ "$p" != "/proc/$$" ] && [ -O "$p" ]; then left=$p; fi
  done
  [ -z "$left" ] && exit 0
  n=$((n + 1))
  sleep 0.02
done
exit 1`;

/** Ends every process that was started with the marker in its environment, wherever it moved to. */
const endMarked = `
n=0
while [ $n -lt 100 ]; do
  left=$(grep -lsF "$1" /proc/[0-9]*/environ)
  [ -z "$left" ] && exit 0
  for p in $left; do
    p=\${p#/proc/}
    kill -9 "\${p%/environ}" 2>/dev/null
  done
  n=$((n + 1))
  sleep 0.02
done
exit 1`;

export interface Ending {
  readonly user: string;
  /** `NAME=value` in the environment of the command and of all that it started. */
  readonly marker: string;
  /** No other command runs: then all processes of the user end, those that shed the marker and the background ones too. */
  readonly alone: boolean;
  /** Settles when the engine says that the command has exited. */
  readonly exited: Promise<unknown>;
}

const attempts = 5;

/**
 * Ends a command with all that it started; the engine itself has no call for that. Returns whether it could be
 * confirmed from inside. When not, the caller stops the whole container.
 */
export async function endCommand(container: Docker.Container, ending: Ending): Promise<boolean> {
  for (let attempt = 1; attempt <= attempts; attempt += 1) {
    const killed = await killFromInside(container, ending);
    if (killed === 'no answer') return false;
    // The command may have been on its way to start when the first kill passed; then the next one meets it.
    if (killed === 'yes' && (await settlesWithin(ending.exited, 500))) return true;
  }
  return false;
}

async function killFromInside(container: Docker.Container, ending: Ending): Promise<'yes' | 'no' | 'no answer'> {
  const killing = execInContainer(container, {
    argv: ending.alone ? ['sh', '-c', endAll] : ['sh', '-c', endMarked, 'sh', ending.marker],
    workingDir: '/',
    env: [],
    user: ending.user,
    stdin: undefined,
    onOutput: () => {},
  });
  const killed = killing.then(
    (code) => (code === 0 ? 'yes' : 'no'),
    async (error: unknown) => {
      if (error instanceof SignalboxError && error.code === 'sandbox.engine-unreachable') return 'no answer';
      return (await isStopped(container)) ? 'yes' : 'no';
    },
  );
  return (await settlesWithin(killed, 5_000)) ? killed : 'no answer';
}

/** Of a container that does not run, no process does. */
async function isStopped(container: Docker.Container): Promise<boolean> {
  return container.inspect().then(
    ({ State }) => !State.Running,
    (error: unknown) => statusOf(error) === 404,
  );
}

/** Stops every process of the container and starts it anew: the workspace stays, /tmp is empty. */
export async function restartContainer(container: Docker.Container): Promise<void> {
  try {
    await container.kill();
  } catch (error) {
    if (!isGone(error)) throw error;
  }
  try {
    await container.start();
  } catch (error) {
    if (!isGone(error)) throw error;
  }
}

async function settlesWithin(promise: Promise<unknown>, ms: number): Promise<boolean> {
  const stop = new AbortController();
  const settled = promise.then(
    () => true,
    () => true,
  );
  const late = delay(ms, false, { signal: stop.signal }).catch(() => false);
  try {
    return await Promise.race([settled, late]);
  } finally {
    stop.abort();
  }
}
