import { chmod, lstat, readdir, unlink } from 'node:fs/promises';
import { SignalboxError, messageOf } from '../errors.ts';

/** Longer paths than this cannot be opened by name; whatever lies deeper is not looked at, by git neither. */
const MAX_PATH_BYTES = 4_000;

/**
 * Prepares a tree that a sandbox wrote in for being read by git: pipes, sockets and devices go (git would wait for ever
 * on a pipe named `.gitignore`), and where the host is not root, what the agent made unreadable becomes readable for its
 * owner. Links are not followed, and the `.git` at the top is not looked into.
 */
export async function tidyTree(root: string, signal?: AbortSignal): Promise<void> {
  // Names need not be UTF-8, so that paths are bytes here.
  const folders: Buffer[] = [Buffer.from(root)];
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    signal?.throwIfAborted();
    try {
      folders.push(...(await tidyFolder(folder, folder.equals(Buffer.from(root)))));
    } catch (error) {
      throw new SignalboxError('git.tree-unreadable', `The agent left something that cannot be read: ${messageOf(error)}`, {
        nextStep: 'Run Signalbox as root or as the same user as the sandbox, then retry.',
        cause: error,
      });
    }
  }
}

/** Returns the folders in it. */
async function tidyFolder(folder: Buffer, isTop: boolean): Promise<Buffer[]> {
  const isRoot = process.getuid?.() === 0;
  const inner: Buffer[] = [];
  if (!isRoot) await makeReadable(folder, 0o700);
  for (const entry of await readdir(folder, { withFileTypes: true, encoding: 'buffer' })) {
    if (isTop && entry.name.equals(Buffer.from('.git'))) continue;
    const path = Buffer.concat([folder, Buffer.from('/'), entry.name]);
    if (path.length > MAX_PATH_BYTES) continue;
    if (entry.isDirectory()) inner.push(path);
    else if (entry.isFile() && !isRoot) await makeReadable(path, 0o600);
    else if (!entry.isFile() && !entry.isSymbolicLink()) await unlink(path);
  }
  return inner;
}

async function makeReadable(path: Buffer, bits: number): Promise<void> {
  const { mode } = await lstat(path);
  if ((mode & bits) !== bits) await chmod(path, (mode & 0o7777) | bits);
}
