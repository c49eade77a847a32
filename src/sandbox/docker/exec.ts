import { setTimeout as delay } from 'node:timers/promises';
import type { Duplex } from 'node:stream';
import type Docker from 'dockerode';
import { sandboxGone } from '../errors.ts';
import { engineUnreachable, isGone, isUnreachable } from './errors.ts';
import { createFrameReader } from './frames.ts';

export interface ContainerCommand {
  readonly argv: readonly string[];
  readonly workingDir: string;
  readonly env: readonly string[];
  readonly user: string;
  readonly stdin: Buffer | undefined;
  readonly onOutput: (stream: 'stdout' | 'stderr', bytes: Buffer) => void;
  /** Called when the engine says that it runs, or has run. */
  readonly onStarted?: () => void;
}

/** How long a stream must be silent, after its command has exited, to be taken as finished. */
const quietMs = 100;

/**
 * Runs one command in a container and returns its exit code. It does not end the command early: `endCommand` does,
 * and this then returns as it would at any other exit. Rejects with `sandbox.gone` when the container goes away, or the
 * engine does while the command runs, and with `sandbox.engine-unreachable` when there was none to begin with.
 */
export async function execInContainer(container: Docker.Container, command: ContainerCommand): Promise<number> {
  let exec: Docker.Exec | undefined;
  try {
    exec = await container.exec({
      Cmd: [...command.argv],
      WorkingDir: command.workingDir,
      Env: [...command.env],
      User: command.user,
      AttachStdin: command.stdin !== undefined,
      AttachStdout: true,
      AttachStderr: true,
      Tty: false,
    });
    // Hijacked, so that stdin can be closed while output still comes: a plain HTTP response ends with its request.
    const stream = await exec.start({ hijack: true, stdin: true });
    return await followExec(exec, stream, command);
  } catch (error) {
    if (isGone(error)) throw sandboxGone('its container does not run any more', error);
    if (!isUnreachable(error)) throw error;
    throw exec === undefined ? engineUnreachable(error) : sandboxGone('the connection to Docker broke', error);
  }
}

async function followExec(exec: Docker.Exec, stream: Duplex, command: ContainerCommand): Promise<number> {
  const read = createFrameReader(command.onOutput);
  const state = { closed: false, lastData: performance.now() };
  const closed = new Promise<void>((resolve) => {
    stream.on('data', (chunk: Buffer) => {
      state.lastData = performance.now();
      read(chunk);
    });
    // A command that does not read its stdin breaks the pipe; its exit code says all there is to say.
    stream.on('error', () => {});
    stream.on('close', () => {
      state.closed = true;
      resolve();
    });
  });
  if (command.stdin !== undefined) stream.end(command.stdin);
  try {
    return await exitCode(exec, state, closed, command.onStarted);
  } finally {
    stream.destroy();
  }
}

/**
 * The stream's end alone cannot be trusted: it waits for background processes that hold stdout, and the engine never
 * ends it while stdin that nobody reads is unwritten. So the engine is also asked, now and then, whether it has exited.
 */
async function exitCode(
  exec: Docker.Exec,
  state: { closed: boolean; lastData: number },
  closed: Promise<void>,
  onStarted?: () => void,
): Promise<number> {
  for (let pause = 20; ; pause = Math.min(pause * 1.5, 500)) {
    await Promise.race([closed, delay(pause)]);
    const { ExitCode, Running, Pid } = await exec.inspect();
    if (Pid > 0 || ExitCode !== null) onStarted?.();
    if (Running || ExitCode === null) continue;
    while (!state.closed && performance.now() - state.lastData < quietMs) await Promise.race([closed, delay(quietMs / 4)]);
    return ExitCode;
  }
}
