import { chmod, lstat, readdir, unlink } from 'node:fs/promises';
import { join } from 'node:path';

/** Longer paths than this cannot be opened by name; whatever lies deeper is not looked at, by git neither. */
const MAX_PATH_BYTES = 4_000;

/**
 * Prepares a tree that a sandbox wrote in for being read by git: pipes, sockets and devices go (git would wait for ever
 * on a pipe named `.gitignore`), and where the host is not root, what the agent made unreadable becomes readable for its
 * owner. Links are not followed, and the `.git` at the top is not looked into.
 */
export async function tidyTree(root: string, signal?: AbortSignal): Promise<void> {
  const isRoot = process.getuid?.() === 0;
  const folders = [root];
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    signal?.throwIfAborted();
    if (!isRoot) await makeReadable(folder, 0o700);
    for (const entry of await readdir(folder, { withFileTypes: true })) {
      if (folder === root && entry.name === '.git') continue;
      const path = join(folder, entry.name);
      if (Buffer.byteLength(path) > MAX_PATH_BYTES) continue;
      if (entry.isDirectory()) folders.push(path);
      else if (entry.isFile() && !isRoot) await makeReadable(path, 0o600);
      else if (!entry.isFile() && !entry.isSymbolicLink()) await unlink(path);
    }
  }
}

async function makeReadable(path: string, bits: number): Promise<void> {
  const { mode } = await lstat(path);
  if ((mode & bits) !== bits) await chmod(path, (mode & 0o7777) | bits);
}
