import type { Sandbox } from '../../src/sandbox/sandbox.ts';
import { nulEnded, pairsOf, runScript } from './sandbox-shell.ts';
import { CLEAR_REPORTS, READ_FILES } from './scripts.ts';

/** A report larger than this is as good as none. */
const MAX_REPORT_BYTES = 12 * 1024 * 1024;

/** A report that the branch brought along, or that another gate left, must not pass for this run's. */
export async function clearReports(sandbox: Sandbox, paths: readonly string[], signal: AbortSignal): Promise<void> {
  if (paths.length > 0) await runScript(sandbox, CLEAR_REPORTS, [], nulEnded(paths), signal);
}

/** Path → text of those that exist, in the order asked for. */
export async function readReports(sandbox: Sandbox, paths: readonly string[], signal: AbortSignal): Promise<ReadonlyMap<string, string>> {
  const reports = new Map<string, string>();
  for (const path of paths) {
    const found = pairsOf(await runScript(sandbox, READ_FILES, [String(MAX_REPORT_BYTES)], nulEnded([path]), signal));
    for (const [name, text] of found) reports.set(name, text);
  }
  return reports;
}
