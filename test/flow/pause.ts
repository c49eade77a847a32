import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { bash } from './scripts.ts';
import { until, type Stage } from './stage.ts';

/** A command of the agent's that waits until the story lets it go on; the marks are beside the repository, not in it. */
export const PAUSE = bash('touch ../paused; while [ ! -e ../resumed ]; do sleep 0.05; done; rm ../paused ../resumed');

/** Once an agent waits in a `PAUSE`: does something, and lets it go on. */
export async function whilePaused({ dataDir }: Stage, work: () => Promise<unknown>): Promise<void> {
  const workspaces = join(dataDir, 'workspaces');
  const mark = await until(async () => {
    const found = await readdir(workspaces, { recursive: true }).catch(() => []);
    return found.find((path) => path.endsWith('/box/paused'));
  }, 'the agent to wait');
  await work();
  await writeFile(join(workspaces, mark, '../resumed'), '');
}
