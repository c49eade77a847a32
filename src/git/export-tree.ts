import { randomUUID } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Git } from './git.ts';
import { giveTree, removeTree, type Owner } from './host-files.ts';
import type { Mirror } from './mirror.ts';
import { giveOwnRepository } from './own-repository.ts';

export interface ExportWish {
  readonly commit: string;
  /** Made here; what is there already is removed first. */
  readonly folder: string;
  readonly owner?: Owner;
}

/**
 * A fresh checkout of a commit for a sandbox, byte for byte what the commit holds, with a repository of its own that has
 * just this commit, for tools that ask git. Submodules are empty folders.
 */
export async function exportTree(git: Git, mirror: Mirror, wish: ExportWish, signal?: AbortSignal): Promise<void> {
  const indexFile = join(mirror.dir, `index.export-${randomUUID()}`);
  try {
    await removeTree(wish.folder);
    await mkdir(wish.folder, { recursive: true });
    const call = { gitDir: mirror.dir, workTree: wish.folder, indexFile, signal, timeoutMs: 10 * 60_000 };
    await git.ok(['read-tree', '--reset', '-u', wish.commit], call);
    await giveOwnRepository(
      git,
      mirror,
      {
        folder: wish.folder,
        commit: wish.commit,
        branch: 'judged',
        depth: 1,
        identity: { name: 'signalbox', email: 'signalbox@localhost' },
        indexFile,
      },
      signal,
    );
    await giveTree(wish.folder, wish.owner);
  } catch (error) {
    await removeTree(wish.folder);
    throw error;
  } finally {
    await rm(indexFile, { force: true });
  }
}
