import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { constants } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';

export interface HostCommand {
  readonly argv: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly stdin: string | Buffer | undefined;
  readonly onOutput: (stream: 'stdout' | 'stderr', bytes: Buffer) => void;
}

export interface RunningCommand {
  /** The leader of the command's own process group; undefined when it could not be started. */
  readonly pid: number | undefined;
  readonly exited: Promise<number>;
}

/** The shell says 126 of what exists and cannot be run. */
const cannotRun = 126;
/** How long output may still come after the exit, when a process in the background holds the pipe open. */
const drainMs = 200;

/** Core dumps off, a bound on open files; then the command itself takes the shell's place. */
const limited = 'ulimit -c 0; ulimit -n 4096 2>/dev/null; exec "$@"';

export function runOnHost(command: HostCommand): RunningCommand {
  const child = spawn('/bin/sh', ['-c', limited, 'sh', ...command.argv], {
    cwd: command.cwd,
    env: command.env,
    detached: true,
    stdio: [command.stdin === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
  });
  child.stdout?.on('data', (bytes: Buffer) => command.onOutput('stdout', bytes));
  child.stderr?.on('data', (bytes: Buffer) => command.onOutput('stderr', bytes));
  // A command that does not read its stdin breaks the pipe; its exit code says all there is to say.
  child.stdin?.on('error', () => {});
  child.stdin?.end(command.stdin);
  return { pid: child.pid, exited: exitCode(child, command) };
}

async function exitCode(child: ChildProcess, command: HostCommand): Promise<number> {
  const closed = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const code = await new Promise<number>((resolve) => {
    child.once('error', (error) => {
      command.onOutput('stderr', Buffer.from(`cannot run in ${command.cwd}: ${error.message}\n`));
      resolve(cannotRun);
    });
    child.once('exit', (exit, signal) => resolve(exit ?? 128 + (signal === null ? 0 : constants.signals[signal])));
  });
  await Promise.race([closed, delay(drainMs)]);
  return code;
}
