import { randomUUID } from 'node:crypto';
import { resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { unlessAborted } from '../abort.ts';
import { cleanEnvironment } from '../environment.ts';
import { sandboxGone } from '../errors.ts';
import { firstOf } from '../first-of.ts';
import { Freezes } from '../freezes.ts';
import { OutputCollector } from '../output-collector.ts';
import type { ExecResult, Sandbox, SandboxCommand } from '../sandbox.ts';
import type { Keeper } from './keeper.ts';
import { continueMarked, endMarked, killGroup, stopMarked } from './marked-processes.ts';
import { runOnHost } from './run.ts';

export interface Mark {
  readonly name: string;
  readonly value: string;
}

/** A folder of the host and a mark on every process that is started in it. It holds nothing back. */
export class ProcessSandbox implements Sandbox {
  readonly id: string;
  readonly root: string;
  readonly #mark: Mark;
  readonly #keeper: Keeper;
  readonly #path: string;
  readonly #groups = new Map<number, Promise<unknown>>();
  readonly #freezes = new Freezes();
  readonly #stopped = new Set<number>();
  /** Stopping and continuing, one after another. */
  #turns: Promise<unknown> = Promise.resolve();
  readonly #disposed = Promise.withResolvers<void>();
  #isDisposed = false;

  constructor(options: { mark: Mark; keeper: Keeper; id: string; root: string; path: string }) {
    this.#mark = options.mark;
    this.#keeper = options.keeper;
    this.id = options.id;
    this.root = options.root;
    this.#path = options.path;
  }

  async exec(command: SandboxCommand, signal: AbortSignal): Promise<ExecResult> {
    signal.throwIfAborted();
    await unlessAborted(this.#untilCommandsMayStart(), signal);
    signal.throwIfAborted();
    const started = performance.now();
    const output = new OutputCollector(command.maxOutputBytes, command.onOutput);
    const marker = { name: 'SANDBOX_COMMAND', value: randomUUID() };
    const { pid, exited } = runOnHost({
      argv: command.argv,
      cwd: resolve(this.root, command.cwd ?? '.'),
      env: { PATH: this.#path, ...cleanEnvironment(this.root), ...command.env, ...asVariable(this.#mark), ...asVariable(marker) },
      stdin: command.stdin,
      onOutput: (stream, bytes) => output.push(stream, bytes),
    });
    if (pid !== undefined) this.#groups.set(pid, exited);
    const stop = await firstOf(exited, command.timeoutMs, signal);
    if (stop !== 'exited') {
      if (pid !== undefined) killGroup(pid);
      await endMarked(isEntryOf(marker));
    }
    const exitCode = await exited;
    if (pid !== undefined) this.#groups.delete(pid);
    if (stop === 'aborted') throw signal.reason;
    if (this.#isDisposed) throw sandboxGone('it was disposed while a command ran');
    if (exitCode === 137 && stop === 'exited') await this.#expectKeeper();
    const timedOut = stop === 'timeout';
    return { exitCode: timedOut ? null : exitCode, timedOut, ...output.finish(), durationMs: Math.round(performance.now() - started) };
  }

  async #untilCommandsMayStart(): Promise<void> {
    do {
      await Promise.race([Promise.all([this.#freezes.none, this.#turns]), this.#disposed.promise]);
      if (!this.#isDisposed && !(await this.#keeper.lives())) throw sandboxGone('its processes were ended');
      if (this.#isDisposed) throw sandboxGone('it was disposed');
    } while (this.#freezes.any);
  }

  /** A sandbox that is removed under a command loses all its processes, one by one. */
  async #expectKeeper(): Promise<void> {
    for (let attempt = 1; attempt <= 5; attempt += 1) {
      if (!(await this.#keeper.lives())) throw sandboxGone('its processes were ended while a command ran');
      await delay(20);
    }
  }

  async freeze(signal: AbortSignal): Promise<AsyncDisposable> {
    signal.throwIfAborted();
    if (this.#isDisposed) throw sandboxGone('it was disposed');
    this.#freezes.begin();
    const frozen = this.#inTurn(async () => {
      for (const pid of await stopMarked(isEntryOf(this.#mark))) this.#stopped.add(pid);
    });
    try {
      await unlessAborted(frozen, signal);
    } catch (error) {
      void frozen.catch(() => {}).then(() => this.#thaw().catch(() => {}));
      throw error;
    }
    let thawed: Promise<void> | undefined;
    return { [Symbol.asyncDispose]: () => (thawed ??= this.#thaw()) };
  }

  async #thaw(): Promise<void> {
    this.#freezes.end();
    await this.#inTurn(async () => {
      if (this.#freezes.any || this.#isDisposed) return;
      await continueMarked(isEntryOf(this.#mark), this.#stopped);
      this.#stopped.clear();
      const lives = await this.#keeper.lives();
      if (!lives && !this.#isDisposed) throw sandboxGone('its processes were ended while it was frozen');
    });
  }

  #inTurn(work: () => Promise<void>): Promise<void> {
    const turn = this.#turns.then(work);
    this.#turns = turn.catch(() => {});
    return turn;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isDisposed = true;
    this.#disposed.resolve();
    this.#keeper.end();
    for (const pid of this.#groups.keys()) killGroup(pid);
    await endMarked(isEntryOf(this.#mark));
    await Promise.all(this.#groups.values());
  }
}

export function asVariable({ name, value }: Mark): Record<string, string> {
  return { [name]: value };
}

function isEntryOf({ name, value }: Mark): (entry: string) => boolean {
  return (entry) => entry === `${name}=${value}`;
}
