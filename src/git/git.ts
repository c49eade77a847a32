import { execa } from 'execa';
import { SignalboxError } from '../errors.ts';
import { cleanEnvironment, type Place, type Surroundings } from './clean-environment.ts';
import { gitError, redact } from './git-error.ts';
import { guarded } from './guarded.ts';

const DEFAULT_TIMEOUT_MS = 120_000;
const DEFAULT_OUTPUT_BYTES = 64 * 1024 * 1024;
const STDERR_BYTES = 64 * 1024;
const KILL_AFTER_MS = 1_000;

export interface GitCall extends Place {
  readonly input?: string | Uint8Array;
  readonly signal?: AbortSignal;
  readonly timeoutMs?: number;
  /** Whatever ends this process, a kill that it never sees included, ends git and its helpers too: for what changes the outside. */
  readonly diesWithUs?: boolean;
  /** Passing it ends git. With `truncate` the result then holds the beginning; without, it is an error. */
  readonly maxOutputBytes?: number;
  readonly truncate?: boolean;
  /** Pieces of stderr as they come: progress. */
  readonly onStderr?: (text: string) => void;
}

export interface GitResult {
  readonly exitCode: number;
  readonly stdout: Buffer;
  /** The last 64 KiB, without any credential. */
  readonly stderr: string;
  readonly truncated: boolean;
}

/**
 * The only way in which git runs on the host: system git, an argument array, a clean environment, its own process group.
 * It is execa and not simple-git, because an abort has to end the helpers that git starts (the group, not the one
 * process), and because an exit code of 1 is an answer here (`merge-tree`, `show-ref`).
 *
 * Errors: `git.missing`, `git.timeout` (retryable), `git.output-too-large`; from `ok` and `text` also those of
 * `gitError`. An abort rejects with the signal's reason when the processes are gone.
 */
export class Git {
  readonly #binary: string;
  readonly #surroundings: Surroundings;

  constructor(options: Surroundings & { readonly binary?: string } = {}) {
    this.#binary = options.binary ?? 'git';
    this.#surroundings = options;
  }

  /** Any exit code is a result. */
  async run(args: readonly string[], call: GitCall): Promise<GitResult> {
    call.signal?.throwIfAborted();
    const [file, argv] = call.diesWithUs ? guarded(this.#binary, args) : [this.#binary, args];
    const child = execa(file, argv, {
      env: cleanEnvironment(this.#surroundings, call),
      extendEnv: false,
      cwd: '/',
      detached: true,
      reject: false,
      encoding: 'buffer',
      stripFinalNewline: false,
      stdio: [call.input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe', ...(call.diesWithUs ? ['pipe' as const] : [])],
      ...(call.input === undefined ? {} : { input: call.input }),
      buffer: { stdout: true, stderr: false },
      maxBuffer: call.maxOutputBytes ?? DEFAULT_OUTPUT_BYTES,
    });
    const stderr = keepTail(child.stderr, call.onStderr);
    const guard = endGroupOn(child.pid, call);
    const result = await child;
    guard.release();

    call.signal?.throwIfAborted();
    if (result.code === 'ENOENT') throw gitIsMissing(this.#binary);
    if (guard.timedOut()) throw tookTooLong(args[0] ?? '');
    if (result.isMaxBuffer && call.truncate !== true) throw outputTooLarge(args[0] ?? '');
    return {
      exitCode: result.exitCode ?? 128,
      stdout: Buffer.from(result.stdout),
      stderr: redact(stderr(), call.remote?.authorization),
      truncated: result.isMaxBuffer,
    };
  }

  /** As `run`, but an exit code other than 0 is an error. */
  async ok(args: readonly string[], call: GitCall): Promise<GitResult> {
    const result = await this.run(args, call);
    if (result.exitCode === 0 || result.truncated) return result;
    throw gitError(args[0] ?? '', result.stderr);
  }

  /** What it printed, without the last line break. */
  async text(args: readonly string[], call: GitCall): Promise<string> {
    const result = await this.ok(args, call);
    return result.stdout.toString('utf8').replace(/\n$/, '');
  }
}

function keepTail(stream: NodeJS.ReadableStream, onText: ((text: string) => void) | undefined): () => string {
  let kept = '';
  stream.on('data', (piece: Buffer) => {
    const text = piece.toString('utf8');
    kept = (kept + text).slice(-STDERR_BYTES);
    onText?.(text);
  });
  return () => kept;
}

/** Ends the whole process group on abort or timeout: first so that git removes its lock files, then for good. */
function endGroupOn(pid: number | undefined, call: GitCall): { release(): void; timedOut(): boolean } {
  let late = false;
  let last: NodeJS.Timeout | undefined;
  function end(): void {
    if (last !== undefined) return;
    killGroup(pid, 'SIGTERM');
    last = setTimeout(() => killGroup(pid, 'SIGKILL'), KILL_AFTER_MS);
  }
  const timer = setTimeout(() => {
    late = true;
    end();
  }, call.timeoutMs ?? DEFAULT_TIMEOUT_MS);
  call.signal?.addEventListener('abort', end, { once: true });
  return {
    release() {
      clearTimeout(timer);
      clearTimeout(last);
      call.signal?.removeEventListener('abort', end);
      if (last !== undefined) killGroup(pid, 'SIGKILL');
    },
    timedOut: () => late,
  };
}

function killGroup(pid: number | undefined, signal: NodeJS.Signals): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, signal);
  } catch {
    // The group has ended by itself.
  }
}

function gitIsMissing(binary: string): SignalboxError {
  return new SignalboxError('git.missing', `There is no ${binary} on this machine.`, { nextStep: 'Install git 2.39 or newer.' });
}

function tookTooLong(command: string): SignalboxError {
  return new SignalboxError('git.timeout', `git ${command} did not end in time.`, {
    nextStep: 'Nothing to do: it is tried again.',
    retryable: true,
  });
}

function outputTooLarge(command: string): SignalboxError {
  return new SignalboxError('git.output-too-large', `git ${command} printed more than is taken in.`, {
    nextStep: 'The change is larger than Signalbox handles: split the work into smaller issues.',
  });
}
