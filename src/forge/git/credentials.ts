import { readFile } from 'node:fs/promises';
import { isAllowed, readGitAddress } from '../../domain/git-address.ts';
import { messageOf, SignalboxError } from '../../errors.ts';

/** One line of git-credential-store's file: `https://user:token@host`, or with a path that it is good for. */
export interface Credential {
  /** Scheme, host, port and path. */
  readonly for: string;
  readonly user: string;
  readonly secret: string;
}

export interface CredentialsFile {
  readonly credentials: readonly Credential[];
  /** The numbers of lines that say nothing. */
  readonly broken: readonly number[];
}

/**
 * Reads the file as it is now, so that a token can be changed while Signalbox runs.
 *
 * Errors: `forge.unauthorized`, where it cannot be read.
 */
export async function readCredentials(path: string): Promise<CredentialsFile> {
  const lines = (await textOf(path)).split(/\r?\n/);
  const read = lines.map((line) => (line.trim() === '' || line.startsWith('#') ? undefined : readLine(line.trim())));
  return {
    credentials: read.filter((credential) => credential !== undefined && credential !== null),
    broken: read.flatMap((credential, index) => (credential === null ? [index + 1] : [])),
  };
}

/** Of several the one whose path says most. */
export function credentialFor(credentials: readonly Credential[], address: string): Credential | null {
  const fitting = credentials.filter((credential) => isAllowed(address, credential.for));
  return fitting.toSorted((one, other) => other.for.length - one.for.length)[0] ?? null;
}

async function textOf(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    throw new SignalboxError('forge.unauthorized', `The file of GIT_CREDENTIALS_PATH cannot be read: ${messageOf(error)}`, {
      nextStep: 'See that it is there and that the user whom Signalbox runs as may read it; `npm run doctor` looks at it.',
      cause: error,
    });
  }
}

function readLine(line: string): Credential | null {
  const url = URL.parse(line);
  if (!url || url.password === '') return null;
  try {
    const [user, secret] = [decodeURIComponent(url.username), decodeURIComponent(url.password)];
    url.username = '';
    url.password = '';
    const place = readGitAddress(url.href, 0);
    return 'address' in place ? { for: place.address, user, secret } : null;
  } catch {
    return null;
  }
}
