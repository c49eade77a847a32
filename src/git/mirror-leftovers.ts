import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** A git that outlived its killed parent may still hold a lock for a moment; after this it is a leftover. */
const LOCK_AGE_MS = 15_000;

/** Removes what a killed git leaves in a mirror: half-written packs, and lock files that would stop every later fetch. */
export async function clearLeftovers(dir: string): Promise<void> {
  const packs = join(dir, 'objects', 'pack');
  for (const name of await readdir(packs).catch(() => [])) {
    if (name.startsWith('tmp_')) await removeWhenOld(join(packs, name));
  }
  for (const name of await readdir(dir).catch(() => [])) {
    if (name.endsWith('.lock')) await removeWhenOld(join(dir, name));
  }
  for (const name of await readdir(join(dir, 'refs'), { recursive: true }).catch(() => [])) {
    if (name.endsWith('.lock')) await removeWhenOld(join(dir, 'refs', name));
  }
}

async function removeWhenOld(file: string): Promise<void> {
  const found = await stat(file).catch(() => null);
  if (found === null || !found.isFile() || Date.now() - found.mtimeMs < LOCK_AGE_MS) return;
  await rm(file, { force: true });
}
