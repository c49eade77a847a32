import { randomUUID } from 'node:crypto';
import { posix } from 'node:path';
import type Docker from 'dockerode';
import { sandboxGone } from '../errors.ts';
import { firstOf } from '../first-of.ts';
import { OutputCollector } from '../output-collector.ts';
import type { ExecResult, Sandbox, SandboxCommand } from '../sandbox.ts';
import type { SandboxUser } from '../user.ts';
import { isAlive } from './alive.ts';
import { workspaceRoot } from './container.ts';
import { endCommand, restartContainer } from './end-command.ts';
import { engineError } from './errors.ts';
import { execInContainer } from './exec.ts';
import { removeContainer } from './remove.ts';

/** A container, started and idle. Made by the engine alone. */
export class DockerSandbox implements Sandbox {
  readonly root = workspaceRoot;
  readonly id: string;
  readonly #docker: Docker;
  readonly #image: string;
  readonly #container: Docker.Container;
  readonly #user: string;
  /** Markers of the commands that run and are not being ended. */
  readonly #running = new Set<string>();
  /** The endings so far, one after another. No command starts meanwhile: it would be ended with the others. */
  #endings: Promise<void> = Promise.resolve();
  #restarts = 0;
  #removal: Promise<void> | undefined;

  constructor(docker: Docker, container: Docker.Container, image: string, user: SandboxUser) {
    this.#docker = docker;
    this.#container = container;
    this.#image = image;
    this.#user = `${user.uid}:${user.gid}`;
    this.id = container.id;
  }

  async exec(command: SandboxCommand, signal: AbortSignal): Promise<ExecResult> {
    signal.throwIfAborted();
    await this.#endings;
    signal.throwIfAborted();
    this.#refuseIfDisposed();
    const started = performance.now();
    const output = new OutputCollector(command.maxOutputBytes, command.onOutput);
    const { exitCode, timedOut } = await this.#runToTheEnd(command, output, signal);
    return { exitCode, timedOut, ...output.finish(), durationMs: Math.round(performance.now() - started) };
  }

  async #runToTheEnd(command: SandboxCommand, output: OutputCollector, signal: AbortSignal) {
    const restarts = this.#restarts;
    const marker = `SANDBOX_COMMAND=${randomUUID()}`;
    this.#running.add(marker);
    const exited = execInContainer(this.#container, {
      argv: command.argv,
      workingDir: posix.resolve(workspaceRoot, command.cwd ?? '.'),
      env: [...Object.entries(command.env ?? {}).map(([name, value]) => `${name}=${value}`), marker],
      user: this.#user,
      stdin: command.stdin === undefined ? undefined : Buffer.from(command.stdin),
      onOutput: (stream, bytes) => output.push(stream, bytes),
    });
    const stop = await firstOf(exited, command.timeoutMs, signal);
    this.#running.delete(marker);
    if (stop !== 'exited') await this.#end(marker, exited);
    if (stop === 'aborted') throw signal.reason;
    this.#refuseIfDisposed();
    if (stop === 'timeout') return { exitCode: null, timedOut: true };
    const exitCode = await exited;
    if (restarts !== this.#restarts) throw sandboxGone('it was restarted to end another command');
    if (exitCode === 137) await this.#expectRunning();
    this.#refuseIfDisposed();
    return { exitCode, timedOut: false };
  }

  #refuseIfDisposed(): void {
    if (this.#removal !== undefined) throw sandboxGone('it was disposed');
  }

  #end(marker: string, exited: Promise<unknown>): Promise<void> {
    const ending = this.#endAfter(this.#endings, marker, exited);
    // Of a container that cannot be ended or started nothing is known: whoever comes next is told so by the engine.
    this.#endings = ending.catch(() => {});
    return ending;
  }

  async #endAfter(earlier: Promise<void>, marker: string, exited: Promise<unknown>): Promise<void> {
    await earlier;
    try {
      if (this.#removal !== undefined) return await this.#removal;
      const alone = this.#running.size === 0;
      if (await endCommand(this.#container, { user: this.#user, marker, alone, exited })) return;
      this.#restarts += 1;
      await restartContainer(this.#container);
    } catch (error) {
      throw engineError(error, this.#image);
    }
  }

  /** A container that dies under a command gives it the exit code of a killed command, a little before it is seen dead. */
  async #expectRunning(): Promise<void> {
    if (await isAlive(this.#container, this.#user)) return;
    throw sandboxGone('its container was stopped while a command ran');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#removal ??= removeContainer(this.#docker, this.id);
    const removal = this.#removal;
    try {
      await removal;
    } catch (error) {
      // So that disposing again tries again; commands are refused by the container itself.
      if (this.#removal === removal) this.#removal = undefined;
      throw engineError(error, this.#image);
    }
  }
}
