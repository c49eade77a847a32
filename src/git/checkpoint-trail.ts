import { appendFile, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Workspace } from './workspace.ts';

const TRAIL = 'checkpoints';

/**
 * The checkpoints that a workspace was at, oldest first: made from it, or the one that it was restored from. By them a
 * workspace that was left behind on this machine, while the agent went on elsewhere, is told from one that is the newest.
 */
export async function readTrail({ box }: Pick<Workspace, 'box'>): Promise<readonly string[]> {
  const text = await readFile(join(dirname(box), TRAIL), 'utf8').catch(() => '');
  return text.split('\n').filter((line) => line !== '');
}

export async function extendTrail({ box }: Pick<Workspace, 'box'>, commit: string): Promise<void> {
  await appendFile(join(dirname(box), TRAIL), `${commit}\n`);
}
