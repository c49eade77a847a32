import { chown, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { sandboxUser } from '../../src/sandbox/index.ts';

/** A host folder that the sandbox's user may write to, as the workspace makes one. Whoever asks removes it. */
export async function makeSandboxFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'signalbox-sandbox-'));
  const user = sandboxUser();
  if (process.getuid?.() === 0) await chown(folder, user.uid, user.gid);
  return folder;
}

/** Waits for a condition; the test's own timeout is the only limit. */
export async function untilTrue(condition: () => Promise<boolean>): Promise<void> {
  while (!(await condition())) await delay(10);
}
