import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Mirror } from './mirror.ts';

/** Bare repositories in folders within folders: forge, owner, name. */
export async function findMirrors(folder: string): Promise<readonly Mirror[]> {
  const mirrors: Mirror[] = [];
  for (const entry of await readdir(folder, { withFileTypes: true }).catch(() => [])) {
    if (!entry.isDirectory()) continue;
    const dir = join(folder, entry.name);
    if ((await stat(join(dir, 'objects')).catch(() => null)) === null) mirrors.push(...(await findMirrors(dir)));
    else if (entry.name.endsWith('.git')) mirrors.push({ dir });
  }
  return mirrors;
}
