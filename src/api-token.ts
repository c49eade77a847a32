import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { SignalboxError } from './errors.ts';
import { writeOnce } from './write-once.ts';

export const SHORTEST_API_TOKEN = 16;

/**
 * The token of the HTTP API where no setting names one: made at random when a server first starts on this DATA_DIR, in a
 * file that only its own user may read. Of several servers that start at once, all get the same.
 *
 * Errors: `api-token.unreadable`, `api-token.too-short`.
 */
export async function ensureApiToken(dataDir: string): Promise<string> {
  const found = await readApiToken(dataDir);
  if (found !== null) return found;
  await writeOnce(apiTokenFile(dataDir), `${randomBytes(32).toString('base64url')}\n`);
  return (await readApiToken(dataDir))!;
}

/** null: no server has made one here. */
export async function readApiToken(dataDir: string): Promise<string | null> {
  const file = apiTokenFile(dataDir);
  try {
    const token = (await readFile(file, 'utf8')).trim();
    if (token.length >= SHORTEST_API_TOKEN) return token;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw new SignalboxError(
      'api-token.unreadable',
      `The API’s token in ${file} cannot be read (${(error as NodeJS.ErrnoException).code ?? 'error'}).`,
      {
        nextStep: 'Run this as the user that Signalbox runs as, or set API_TOKEN.',
        cause: error,
      },
    );
  }
  throw new SignalboxError('api-token.too-short', `The API’s token in ${file} is shorter than ${SHORTEST_API_TOKEN} characters.`, {
    nextStep: 'Delete the file, and the next start makes a new one.',
  });
}

export function apiTokenFile(dataDir: string): string {
  return join(dataDir, 'api-token');
}
