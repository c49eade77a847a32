import { lchown, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { SignalboxError, messageOf } from '../errors.ts';
import type { SandboxUser } from './user.ts';

/**
 * Makes the HOME of the commands. Neither call follows a link: an agent may have put one there, and what exists is
 * left as it is.
 */
export async function ensureHome(hostFolder: string, user?: SandboxUser): Promise<void> {
  const home = join(hostFolder, 'home');
  try {
    await mkdir(home, { mode: 0o755 });
    if (user !== undefined && process.getuid?.() === 0) await lchown(home, user.uid, user.gid);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return;
    throw new SignalboxError('sandbox.start-failed', `The sandbox's folder cannot be used: ${messageOf(error)}`, {
      nextStep: 'Check that DATA_DIR exists, has room, and belongs to the user that Signalbox runs as.',
      cause: error,
    });
  }
}
