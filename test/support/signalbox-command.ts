import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url));

export interface CommandRun {
  /** Resolves with what was printed on stderr so far, once the pattern fits; rejects when the command ends before. */
  told(pattern: RegExp): Promise<string>;
  /** What is on stdout so far. */
  printed(): string;
  /** As Ctrl-C does. */
  end(): void;
  readonly done: Promise<{ readonly code: number; readonly stdout: string; readonly stderr: string }>;
}

export interface Surroundings {
  /** Where no `.env` is. */
  readonly cwd: string;
  /** The whole environment beside PATH. */
  readonly env: Readonly<Record<string, string>>;
  /** Typed into a terminal that the command is given; without it, the command has none. */
  readonly typed?: string;
}

/** `signalbox …` as a process of its own. */
export function signalboxCommand(args: readonly string[], { cwd, env, typed }: Surroundings): CommandRun {
  const argv = [process.execPath, MAIN, ...args];
  // script(1) has a terminal to give.
  const [program, ...rest] = typed === undefined ? argv : ['script', '-qec', argv.map((word) => `'${word}'`).join(' '), '/dev/null'];
  const child = spawn(program!, rest, {
    cwd,
    env: { PATH: process.env['PATH'] ?? '', ...env },
    stdio: [typed === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
  });
  child.stdin?.end(typed);
  let [stdout, stderr] = ['', ''];
  child.stdout!.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr!.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const closed = once(child, 'close') as Promise<[number | null]>;
  return {
    done: closed.then(([code]) => ({ code: code ?? -1, stdout, stderr })),
    printed: () => stdout,
    end: () => void child.kill('SIGINT'),
    async told(pattern) {
      while (!pattern.test(stderr)) {
        const over = await Promise.race([closed.then(() => true), once(child.stderr!, 'data').then(() => false)]);
        if (over && !pattern.test(stderr)) throw new Error(`it ended without ${String(pattern)}:\n${stdout}\n${stderr}`);
      }
      return stderr;
    },
  };
}
