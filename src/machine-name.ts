import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { SignalboxError } from './errors.ts';
import { writeOnce } from './write-once.ts';

/**
 * Names a machine by its DATA_DIR, where the workspaces are: made when a process first starts on it, and the same from then
 * on, though a container that is made anew has another hostname. Two folders on one machine are two machines.
 *
 * Errors: `machine.unreadable`.
 */
export async function machineName(dataDir: string): Promise<string> {
  const file = join(dataDir, 'machine');
  try {
    await writeOnce(file, `${hostname()}/${randomBytes(3).toString('hex')}\n`);
    return (await readFile(file, 'utf8')).trim();
  } catch (error) {
    const why = (error as NodeJS.ErrnoException).code ?? 'error';
    throw new SignalboxError('machine.unreadable', `The machine’s name in ${file} can be neither read nor made (${why}).`, {
      nextStep: 'Give DATA_DIR to the user that Signalbox runs as.',
      cause: error,
    });
  }
}
