import type { Sandbox } from '../../src/sandbox/sandbox.ts';
import type { BaseFiles } from '../gate.ts';
import { judgePatterns } from './judge-patterns.ts';
import type { JudgePatterns } from './judge-patterns.ts';
import { isManifest, restoreManifest } from './manifests.ts';
import { nulEnded, pairsOf, runOwn, runScript } from './sandbox-shell.ts';
import { findArguments, READ_FILES, RESTORE_FILES } from './scripts.ts';

const MAX_MANIFEST_BYTES = 1024 * 1024;

export interface Restored {
  /** Paths that the branch had changed, added or removed, and that are now as in the base branch. */
  readonly changed: readonly string[];
  /** Paths that cannot be restored without following a symbolic link that the branch put in their way. */
  readonly blocked: readonly string[];
}

/** Makes the files that steer the judgement what they are in the base branch. */
export async function restoreJudges(
  sandbox: Sandbox,
  base: BaseFiles,
  judgeFiles: readonly string[],
  signal: AbortSignal,
): Promise<Restored> {
  const patterns = judgePatterns(judgeFiles);
  const inBase = (await base.list()).filter((path) => patterns.matches(path) && !path.includes('node_modules/'));
  const added = await findAdded(sandbox, patterns, new Set(inBase), signal);
  const branch = await readManifests(sandbox, inBase.filter(isManifest), signal);
  const writes: string[] = [];
  for (const path of inBase) {
    const text = await base.read(path);
    const wanted =
      text === null || text.includes('\0') ? null : isManifest(path) ? restoreManifest(path, text, branch.get(path) ?? null) : text;
    if (wanted !== null) writes.push(nulEnded(['write', path, String(Buffer.byteLength(wanted))]) + wanted);
  }
  const removals = added.map((path) => nulEnded(['remove', path, '0']));
  if (writes.length + removals.length === 0) return { changed: [], blocked: [] };
  const outcome = pairsOf(await runScript(sandbox, RESTORE_FILES, [], [...writes, ...removals].join(''), signal));
  return {
    changed: outcome.filter(([kind]) => kind !== 'blocked').map(([, path]) => path),
    blocked: outcome.filter(([kind]) => kind === 'blocked').map(([, path]) => path),
  };
}

/** A manifest that the branch adds steers nothing that the base branch's commands ask for, and may well be its work. */
async function findAdded(sandbox: Sandbox, patterns: JudgePatterns, inBase: ReadonlySet<string>, signal: AbortSignal): Promise<string[]> {
  if (patterns.names.length === 0) return [];
  const found = await runOwn(sandbox, findArguments(patterns.names), '', signal);
  return found.stdout
    .split('\0')
    .map((path) => path.replace(/^\.\//, ''))
    .filter((path) => path !== '' && !inBase.has(path) && patterns.removesAdded(path) && (path === 'package.json' || !isManifest(path)));
}

async function readManifests(sandbox: Sandbox, paths: readonly string[], signal: AbortSignal): Promise<Map<string, string>> {
  if (paths.length === 0) return new Map();
  return new Map(pairsOf(await runScript(sandbox, READ_FILES, [String(MAX_MANIFEST_BYTES)], nulEnded(paths), signal)));
}
