import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** A git that outlived its killed parent may still hold a lock for a moment; after this it is a leftover. */
const LOCK_AGE_MS = 15_000;
/** No checkout takes longer. */
const EXPORT_AGE_MS = 60 * 60_000;

/** Removes what a killed process leaves in a mirror: half-written packs, lock files that would stop every later fetch, indexes of exports. */
export async function clearLeftovers(dir: string): Promise<void> {
  const packs = join(dir, 'objects', 'pack');
  for (const name of await readdir(packs).catch(() => [])) {
    if (name.startsWith('tmp_')) await removeWhenOld(join(packs, name));
  }
  for (const name of await readdir(dir).catch(() => [])) {
    if (name.endsWith('.lock')) await removeWhenOld(join(dir, name));
    else if (name.startsWith('index.export-')) await removeWhenOld(join(dir, name), EXPORT_AGE_MS);
  }
  for (const name of await readdir(join(dir, 'refs'), { recursive: true }).catch(() => [])) {
    if (name.endsWith('.lock')) await removeWhenOld(join(dir, 'refs', name));
  }
}

async function removeWhenOld(file: string, ageMs = LOCK_AGE_MS): Promise<void> {
  const found = await stat(file).catch(() => null);
  if (found === null || !found.isFile() || Date.now() - found.mtimeMs < ageMs) return;
  await rm(file, { force: true });
}
