import { SignalboxError } from '../../src/errors.ts';
import type { ExecResult, Sandbox } from '../../src/sandbox/sandbox.ts';

/** The repository's folder below the sandbox's root. */
export const REPOSITORY_FOLDER = 'repo';

const TIMEOUT_MS = 60_000;
const MAX_OUTPUT_BYTES = 32 * 1024 * 1024;

/** Runs one of the runner's own small commands in the checkout. It is ours, so a failure is an error and no verdict. */
export async function runOwn(sandbox: Sandbox, argv: readonly string[], stdin: string, signal: AbortSignal): Promise<ExecResult> {
  const result = await sandbox.exec(
    { argv, cwd: REPOSITORY_FOLDER, stdin, timeoutMs: TIMEOUT_MS, maxOutputBytes: MAX_OUTPUT_BYTES },
    signal,
  );
  if (result.exitCode === 0 && !result.truncated) return result;
  const why = result.truncated ? 'its output was too large' : result.timedOut ? 'it took too long' : `exit code ${result.exitCode}`;
  throw new SignalboxError(
    'gates.checkout-unusable',
    `The checkout could not be prepared for the gates: ${why}. ${result.output.slice(-500)}`.trim(),
    {
      nextStep: 'Look at what the branch adds: very many or unreadable files, or a checkout that cannot be written to.',
    },
  );
}

export async function runScript(
  sandbox: Sandbox,
  script: string,
  args: readonly string[],
  stdin: string,
  signal: AbortSignal,
): Promise<string> {
  return (await runOwn(sandbox, ['bash', '-c', script, 'signalbox', ...args], stdin, signal)).stdout;
}

/** `a\0b\0` as pairs. */
export function pairsOf(text: string): [string, string][] {
  const fields = text.split('\0');
  const pairs: [string, string][] = [];
  for (let at = 0; at + 1 < fields.length; at += 2) pairs.push([fields[at] ?? '', fields[at + 1] ?? '']);
  return pairs;
}

export function nulEnded(values: readonly string[]): string {
  return values.map((value) => `${value}\0`).join('');
}
