import { lstat } from 'node:fs/promises';
import { join } from 'node:path';
import type { CollectLimits, LeftOut } from './collect-limits.ts';
import { hasGitLikeName } from './git-names.ts';

/** Why a path must not get into a tree; null when it may. `raw` is the name byte by byte, as latin1. */
export function judgePath(raw: string, size: number, limits: CollectLimits): LeftOut | null {
  const path = Buffer.from(raw, 'latin1').toString('utf8');
  const reason = objection(raw, path, size, limits);
  return reason === null ? null : { path, reason, blocks: reason !== 'nested-repository' };
}

function objection(raw: string, path: string, size: number, limits: CollectLimits): LeftOut['reason'] | null {
  // git lists the folder itself when it holds a repository of its own.
  if (raw.endsWith('/')) return 'nested-repository';
  if (Buffer.from(path, 'utf8').toString('latin1') !== raw) return 'name-not-utf8';
  if (hasGitLikeName(path)) return 'name-git-like';
  return size > limits.maxFileBytes ? 'file-too-large' : null;
}

/** Bytes; 0 for what is no file. */
export async function sizeOf(workTree: string, raw: string): Promise<number> {
  const full = Buffer.concat([Buffer.from(join(workTree, '/')), Buffer.from(raw, 'latin1')]);
  const found = await lstat(full).catch(() => null);
  return found?.isFile() === true ? found.size : 0;
}
