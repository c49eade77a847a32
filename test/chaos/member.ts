import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream, type WriteStream } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url));
/** Milliseconds. Longer than a worker drains. */
const LONGEST_STOP_MS = 45_000;
const RESTART_MS = 500;

export interface MemberWish {
  readonly name: string;
  /** The subcommand. */
  readonly role: 'serve' | 'server' | 'worker';
  readonly environment: Readonly<Record<string, string>>;
  readonly folder: string;
  readonly logFile: string;
}

/** One process of Signalbox, as a service manager keeps it: it is started again whenever it ends. */
export class Member {
  readonly name: string;
  readonly role: MemberWish['role'];
  readonly dataDir: string;
  /** When each process died that was not asked to stop, by pid. */
  readonly deaths = new Map<number, number>();
  /** What a process must never do by itself. */
  readonly problems: string[] = [];
  /** It ended by itself before it was up: what it needed was not there. */
  failedStarts = 0;
  /** Somebody does something to it. */
  busy = false;
  #wish: MemberWish;
  #child: ChildProcess | null = null;
  #up = false;
  #expected = false;
  #wanted = false;
  #tail = '';
  readonly #log: WriteStream;

  constructor(wish: MemberWish) {
    this.#wish = wish;
    this.name = wish.name;
    this.role = wish.role;
    this.dataDir = wish.environment['DATA_DIR'] ?? '';
    this.#log = createWriteStream(wish.logFile, { flags: 'a' });
  }

  get pid(): number | null {
    return this.#child?.pid ?? null;
  }

  get isUp(): boolean {
    return this.#up;
  }

  start(): void {
    if (this.#child) return;
    this.#wanted = true;
    this.#expected = false;
    const child = spawn(process.execPath, [MAIN, this.#wish.role], {
      cwd: this.#wish.folder,
      env: this.#wish.environment,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#child = child;
    this.#tail = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (piece: Buffer) => {
        this.#log.write(piece);
        this.#tail = (this.#tail + piece.toString()).slice(-20_000);
        if (!this.#up && this.#tail.includes('signalbox is up')) this.#up = true;
      });
    }
    child.once('exit', (code, signal) => this.#ended(child, code, signal));
  }

  /** As a power cut does. */
  async kill(): Promise<void> {
    const child = this.#child;
    if (!child?.pid) return;
    this.#expected = true;
    const exited = once(child, 'exit');
    this.deaths.set(child.pid, Date.now());
    child.kill('SIGKILL');
    await exited;
  }

  /** Long enough that its leases run out. */
  async pause(ms: number): Promise<void> {
    const child = this.#child;
    if (!child?.pid) return;
    child.kill('SIGSTOP');
    await delay(ms);
    child.kill('SIGCONT');
  }

  /** As a deploy does. */
  async stop(): Promise<void> {
    const child = this.#child;
    this.#wanted = false;
    if (!child) return;
    this.#expected = true;
    const wasUp = this.#up;
    const exited = once(child, 'exit') as Promise<[number | null, string | null]>;
    child.kill('SIGCONT');
    child.kill('SIGTERM');
    const answer = await Promise.race([exited, delay(LONGEST_STOP_MS, null, { ref: false })]);
    if (answer === null) {
      this.problems.push(`${this.name} did not end within ${LONGEST_STOP_MS / 1000} s of SIGTERM`);
      child.kill('SIGKILL');
      await exited;
    } else if (wasUp && answer[0] !== 0) {
      this.problems.push(`${this.name} ended with ${answer[0] ?? answer[1]} after SIGTERM: ${this.#lastWords()}`);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#wanted = false;
    await this.kill();
    this.#log.end();
  }

  #ended(child: ChildProcess, code: number | null, signal: string | null): void {
    const wasUp = this.#up;
    this.#child = null;
    this.#up = false;
    if (this.#expected) return;
    if (child.pid) this.deaths.set(child.pid, Date.now());
    if (wasUp) this.problems.push(`${this.name} ended by itself (${code ?? signal}): ${this.#lastWords()}`);
    else this.failedStarts += 1;
    setTimeout(() => {
      if (this.#wanted) this.start();
    }, RESTART_MS).unref();
  }

  #lastWords(): string {
    return this.#tail.trim().split('\n').slice(-6).join(' | ').slice(-1500);
  }
}
