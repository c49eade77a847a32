import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url));

/** `node src/main.ts …` as a process of its own. */
export interface RunningMain extends AsyncDisposable {
  readonly child: ChildProcess;
  /** Everything that it has printed so far, on both streams. */
  output(): string;
  /** Once a line fits, the match; throws with the output when the process ends before. */
  line(pattern: RegExp): Promise<RegExpExecArray>;
  /** The exit code; a signal's name where that ended it. */
  ended(): Promise<number | string>;
}

/** In an empty environment but for what is given, and in a folder without an `.env`. */
export function runMain(args: readonly string[], options: { cwd: string; env: Readonly<Record<string, string>> }): RunningMain {
  const child = spawn(process.execPath, [MAIN, ...args], { cwd: options.cwd, env: options.env, stdio: ['ignore', 'pipe', 'pipe'] });
  let printed = '';
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text: string) => (printed += text));
  const closed = once(child, 'close') as Promise<[number | null, string | null]>;

  async function line(pattern: RegExp): Promise<RegExpExecArray> {
    for (;;) {
      const found = pattern.exec(printed);
      if (found) return found;
      const over = await Promise.race([
        closed.then(() => true),
        once(child.stdout, 'data').then(() => false),
        once(child.stderr, 'data').then(() => false),
      ]);
      if (over && !pattern.test(printed)) throw new Error(`it ended without ${String(pattern)}:\n${printed}`);
    }
  }
  return {
    child,
    line,
    output: () => printed,
    ended: async () => {
      const [code, signal] = await closed;
      return code ?? signal ?? 'unknown';
    },
    async [Symbol.asyncDispose]() {
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
      await closed;
    },
  };
}
