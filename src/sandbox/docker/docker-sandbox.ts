import { randomUUID } from 'node:crypto';
import { posix } from 'node:path';
import type Docker from 'dockerode';
import { unlessAborted } from '../abort.ts';
import { sandboxGone } from '../errors.ts';
import { firstOf } from '../first-of.ts';
import { Freezes } from '../freezes.ts';
import { OutputCollector } from '../output-collector.ts';
import type { ExecResult, Sandbox, SandboxCommand } from '../sandbox.ts';
import { isAlive } from './alive.ts';
import { workspaceRoot } from './container.ts';
import { endCommand, restartContainer } from './end-command.ts';
import { engineError } from './errors.ts';
import { execInContainer } from './exec.ts';
import { Pause } from './pause.ts';
import { removeContainer } from './remove.ts';
import type { Workshop } from './workshop.ts';

/** A container, started and idle. Made by the engine alone. */
export class DockerSandbox implements Sandbox {
  readonly root = workspaceRoot;
  readonly id: string;
  readonly #workshop: Workshop;
  readonly #container: Docker.Container;
  readonly #user: string;
  /** Markers of the commands that run and are not being ended. */
  readonly #running = new Set<string>();
  /** Commands that the engine was asked to start, until it says that they run. */
  readonly #starting = new Set<Promise<void>>();
  /** Endings, freezing and thawing, one after another. No command starts meanwhile: it would be ended with the others. */
  #turns: Promise<void> = Promise.resolve();
  readonly #freezes = new Freezes();
  readonly #pause: Pause;
  #restarts = 0;
  #isDisposed = false;
  readonly #disposed = Promise.withResolvers<void>();
  #removal: Promise<void> | undefined;

  constructor(workshop: Workshop, container: Docker.Container) {
    this.#workshop = workshop;
    this.#container = container;
    this.#user = `${workshop.user.uid}:${workshop.user.gid}`;
    this.id = container.id;
    this.#pause = new Pause(container);
  }

  async exec(command: SandboxCommand, signal: AbortSignal): Promise<ExecResult> {
    signal.throwIfAborted();
    await unlessAborted(this.#untilCommandsMayStart(), signal);
    signal.throwIfAborted();
    this.#refuseIfDisposed();
    const started = performance.now();
    const output = new OutputCollector(command.maxOutputBytes, command.onOutput);
    const { exitCode, timedOut } = await this.#runToTheEnd(command, output, signal);
    return { exitCode, timedOut, ...output.finish(), durationMs: Math.round(performance.now() - started) };
  }

  async #untilCommandsMayStart(): Promise<void> {
    for (;;) {
      const turns = this.#turns;
      await Promise.race([Promise.all([turns, this.#freezes.none]), this.#disposed.promise]);
      if (this.#isDisposed) return;
      if (turns !== this.#turns || this.#freezes.any) continue;
      if (this.#pause.isOff) return;
      // The thawing failed, for example because the engine was away.
      await this.#resume();
    }
  }

  async #runToTheEnd(command: SandboxCommand, output: OutputCollector, signal: AbortSignal) {
    const restarts = this.#restarts;
    const marker = `SANDBOX_COMMAND=${randomUUID()}`;
    this.#running.add(marker);
    const exited = this.#start(command, marker, output);
    const stop = await firstOf(exited, command.timeoutMs, signal);
    this.#running.delete(marker);
    if (stop !== 'exited') await this.#inTurn(() => this.#end(marker, exited));
    if (stop === 'aborted') throw signal.reason;
    this.#refuseIfDisposed();
    if (stop === 'timeout') return { exitCode: null, timedOut: true };
    const exitCode = await exited;
    if (restarts !== this.#restarts) throw sandboxGone('it was restarted to end another command');
    if (exitCode === 137) await this.#expectRunning();
    this.#refuseIfDisposed();
    return { exitCode, timedOut: false };
  }

  #start(command: SandboxCommand, marker: string, output: OutputCollector): Promise<number> {
    const { promise: started, resolve: onStarted } = Promise.withResolvers<void>();
    this.#starting.add(started);
    void started.then(() => this.#starting.delete(started));
    const exited = execInContainer(this.#container, {
      argv: command.argv,
      workingDir: posix.resolve(workspaceRoot, command.cwd ?? '.'),
      env: [...Object.entries(command.env ?? {}).map(([name, value]) => `${name}=${value}`), marker],
      user: this.#user,
      stdin: command.stdin === undefined ? undefined : Buffer.from(command.stdin),
      onOutput: (stream, bytes) => output.push(stream, bytes),
      onStarted,
    });
    exited.then(
      () => onStarted(),
      () => onStarted(),
    );
    return exited;
  }

  #refuseIfDisposed(): void {
    if (this.#isDisposed) throw sandboxGone('it was disposed');
  }

  #inTurn(work: () => Promise<void>): Promise<void> {
    const turn = this.#turns.then(work).catch((error: unknown) => {
      throw engineError(error, this.#workshop.image);
    });
    // Of a container that cannot be ended or started nothing is known: whoever comes next is told so by the engine.
    this.#turns = turn.catch(() => {});
    return turn;
  }

  async #end(marker: string, exited: Promise<unknown>): Promise<void> {
    if (this.#removal !== undefined) return this.#removal;
    const alone = this.#running.size === 0;
    // Nothing can be ended from inside where nothing runs.
    if (this.#pause.isOff && (await endCommand(this.#container, { user: this.#user, marker, alone, exited }))) return;
    this.#restarts += 1;
    await restartContainer(this.#container);
    this.#pause.forget();
  }

  /** A container that dies under a command gives it the exit code of a killed command, a little before it is seen dead. */
  async #expectRunning(): Promise<void> {
    if (await isAlive(this.#container, this.#user)) return;
    throw sandboxGone('its container was stopped while a command ran');
  }

  async freeze(signal: AbortSignal): Promise<AsyncDisposable> {
    signal.throwIfAborted();
    this.#refuseIfDisposed();
    this.#freezes.begin();
    const frozen = this.#beginPause();
    try {
      await unlessAborted(frozen, signal);
    } catch (error) {
      void frozen.catch(() => {}).then(() => this.#thaw().catch(() => {}));
      throw error;
    }
    let thawed: Promise<void> | undefined;
    return { [Symbol.asyncDispose]: () => (thawed ??= this.#thaw()) };
  }

  async #beginPause(): Promise<void> {
    await Promise.all(this.#starting);
    await this.#inTurn(async () => {
      this.#refuseIfDisposed();
      await this.#pause.begin();
    });
  }

  async #thaw(): Promise<void> {
    this.#freezes.end();
    if (!this.#freezes.any) await this.#resume();
  }

  #resume(): Promise<void> {
    return this.#inTurn(async () => {
      if (this.#freezes.any || this.#isDisposed) return;
      try {
        await this.#pause.end();
      } catch (error) {
        if (!this.#isDisposed) throw error;
      }
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#removal ??= removeContainer(this.#workshop.docker, this.id, this.#workshop.removalMs);
    this.#isDisposed = true;
    this.#disposed.resolve();
    const removal = this.#removal;
    try {
      await removal;
    } catch (error) {
      // So that disposing again tries again.
      if (this.#removal === removal) this.#removal = undefined;
      throw engineError(error, this.#workshop.image);
    }
  }
}
