import { posix } from 'node:path';

const MAX_PATH_CHARS = 1024;
const MAX_STACK_CHARS = 32_768;
const FRAME = /(?:file:\/\/)?([^\s()<>"'`:]+):(\d{1,7})(?::\d{1,7})?(?!\d)/g;
const FOREIGN = /(^|\/)(node_modules|\.venv|site-packages|target|vendor)\//;

/** A tool's path as one relative to the repository at `root`; null when it is outside, or no path at all. */
export function relativePath(raw: string, root: string): string | null {
  if (raw === '' || raw.length > MAX_PATH_CHARS || /[\p{Cc}\p{Cf}]/u.test(raw)) return null;
  const slashed = withoutScheme(raw).replaceAll('\\', '/');
  if (/^[a-z]:\//i.test(slashed)) return null;
  const inside = slashed.startsWith('/') ? below(slashed, root) : slashed;
  if (inside === null) return null;
  const normal = posix.normalize(inside);
  if (normal === '.' || normal === '..' || normal.startsWith('../') || normal.startsWith('/')) return null;
  return normal;
}

function withoutScheme(raw: string): string {
  if (!raw.startsWith('file://')) return raw;
  try {
    return decodeURIComponent(raw.slice('file://'.length));
  } catch {
    return raw.slice('file://'.length);
  }
}

function below(path: string, root: string): string | null {
  const folder = root.endsWith('/') ? root : `${root}/`;
  const normal = posix.normalize(path);
  return normal.startsWith(folder) ? normal.slice(folder.length) : null;
}

/**
 * The first place in the repository's own code that a stack trace names. `prefer` is the test's own file, when known:
 * a frame in it says more to the reader than one in a helper.
 */
export function placeInStack(stack: string, root: string, prefer: string | null = null): { path: string; line: number } | null {
  let first: { path: string; line: number } | null = null;
  for (const match of stack
    .slice(0, MAX_STACK_CHARS)
    .replace(/\bnode:\S+/g, '')
    .matchAll(FRAME)) {
    const raw = match[1] ?? '';
    if (!raw.includes('/') && !/\.\w+$/.test(raw)) continue;
    const path = relativePath(raw, root);
    if (path === null || FOREIGN.test(path)) continue;
    const place = { path, line: Number(match[2]) };
    if (prefer === null || path === prefer) return place;
    first ??= place;
  }
  return first;
}
