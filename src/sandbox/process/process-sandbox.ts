import { randomUUID } from 'node:crypto';
import { resolve } from 'node:path';
import { cleanEnvironment } from '../environment.ts';
import { sandboxGone } from '../errors.ts';
import { firstOf } from '../first-of.ts';
import { OutputCollector } from '../output-collector.ts';
import type { ExecResult, Sandbox, SandboxCommand } from '../sandbox.ts';
import { endMarked, killGroup } from './marked-processes.ts';
import { runOnHost } from './run.ts';

/** A folder of the host and a mark on every process that is started in it. It holds nothing back. */
export class ProcessSandbox implements Sandbox {
  readonly id: string;
  readonly root: string;
  readonly #marker: string;
  readonly #path: string;
  readonly #groups = new Map<number, Promise<unknown>>();
  #disposed = false;

  constructor(marker: string, id: string, root: string, path: string) {
    this.#marker = marker;
    this.id = id;
    this.root = root;
    this.#path = path;
  }

  async exec(command: SandboxCommand, signal: AbortSignal): Promise<ExecResult> {
    signal.throwIfAborted();
    if (this.#disposed) throw sandboxGone('it was disposed');
    const started = performance.now();
    const output = new OutputCollector(command.maxOutputBytes, command.onOutput);
    const marker = `SANDBOX_COMMAND=${randomUUID()}`;
    const { pid, exited } = runOnHost({
      argv: command.argv,
      cwd: resolve(this.root, command.cwd ?? '.'),
      env: { PATH: this.#path, ...cleanEnvironment(this.root), ...command.env, ...asVariable(this.#marker), ...asVariable(marker) },
      stdin: command.stdin,
      onOutput: (stream, bytes) => output.push(stream, bytes),
    });
    if (pid !== undefined) this.#groups.set(pid, exited);
    const stop = await firstOf(exited, command.timeoutMs, signal);
    if (stop !== 'exited') {
      if (pid !== undefined) killGroup(pid);
      await endMarked((entry) => entry === marker);
    }
    const exitCode = await exited;
    if (pid !== undefined) this.#groups.delete(pid);
    if (stop === 'aborted') throw signal.reason;
    if (this.#disposed) throw sandboxGone('it was disposed while a command ran');
    const timedOut = stop === 'timeout';
    return { exitCode: timedOut ? null : exitCode, timedOut, ...output.finish(), durationMs: Math.round(performance.now() - started) };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#disposed = true;
    for (const pid of this.#groups.keys()) killGroup(pid);
    await endMarked((entry) => entry === this.#marker);
    await Promise.all(this.#groups.values());
  }
}

function asVariable(marker: string): Record<string, string> {
  const equals = marker.indexOf('=');
  return { [marker.slice(0, equals)]: marker.slice(equals + 1) };
}
