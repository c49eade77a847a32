import { randomBytes } from 'node:crypto';
import { link, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { SignalboxError } from './errors.ts';

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
  await mkdir(dataDir, { recursive: true });
  const file = apiTokenFile(dataDir);
  const draft = `${file}.${randomBytes(6).toString('hex')}`;
  try {
    await writeFile(draft, `${randomBytes(32).toString('base64url')}\n`, { mode: 0o600, flag: 'wx' });
    // Unlike a rename, a link replaces nothing: who comes second uses the first one's.
    await link(draft, file).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error;
    });
  } finally {
    await rm(draft, { force: true });
  }
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
