import { spawn } from 'node:child_process';
import { buffer, text } from 'node:stream/consumers';

/** Nothing of the user's own: no config, no prompt, no locale. */
export function gitEnvironment(extra: Record<string, string> = {}): Record<string, string> {
  return {
    PATH: process.env['PATH'] ?? '/usr/bin:/bin',
    HOME: '/nonexistent',
    LC_ALL: 'C',
    TZ: 'UTC',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_TERMINAL_PROMPT: '0',
    GIT_OPTIONAL_LOCKS: '0',
    ...extra,
  };
}

export interface GitOptions {
  input?: string | Uint8Array;
  env?: Record<string, string>;
}

export interface GitResult {
  code: number;
  stdout: Buffer;
  stderr: string;
}

/** Runs git on a bare repository; the exit code is an answer, not an error. */
export async function tryGit(gitDir: string, args: string[], options: GitOptions = {}): Promise<GitResult> {
  const child = spawn('git', ['--git-dir', gitDir, '-c', 'core.quotePath=false', ...args], { env: gitEnvironment(options.env) });
  const exit = new Promise<number>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve(code ?? -1));
  });
  child.stdin.on('error', () => {}); // git may exit without reading; its exit code says what happened
  child.stdin.end(options.input ?? '');
  const [code, stdout, stderr] = await Promise.all([exit, buffer(child.stdout), text(child.stderr)]);
  return { code, stdout, stderr };
}

/** What git printed. Throws where it failed. */
export async function git(gitDir: string, args: string[], options: GitOptions = {}): Promise<string> {
  const { code, stdout, stderr } = await tryGit(gitDir, args, options);
  if (code !== 0) throw new Error(`git ${args[0]} failed (${code}): ${stderr.trim()}`);
  return stdout.toString();
}
