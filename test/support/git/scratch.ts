import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { removeTree } from '../../../src/git/host-files.ts';

export interface Scratch extends AsyncDisposable {
  readonly dir: string;
}

/** A folder for one test, gone with it. */
export async function makeScratch(): Promise<Scratch> {
  const dir = await mkdtemp(join(tmpdir(), 'signalbox-git-'));
  return {
    dir,
    async [Symbol.asyncDispose]() {
      await removeTree(dir);
      await rm(dir, { recursive: true, force: true });
    },
  };
}
