import { stat } from 'node:fs/promises';
import { SignalboxError } from '../../errors.ts';
import { toFailedCheck } from '../errors.ts';
import { readCredentials } from './credentials.ts';

const READABLE_BY_OTHERS = 0o077;

/** What can be said without asking a server: which addresses are allowed, and whether the credentials are usable and safe. */
export async function check(urls: readonly string[], credentialsPath: string | null): Promise<{ ok: boolean; detail: string }> {
  const allowed = `agents may be sent to ${urls.join(', ')}`;
  if (credentialsPath === null)
    return { ok: true, detail: `${allowed}; without GIT_CREDENTIALS_PATH they can push only where anybody may` };
  try {
    const { credentials, broken } = await readCredentials(credentialsPath);
    const { mode } = await stat(credentialsPath);
    if ((mode & READABLE_BY_OTHERS) !== 0)
      return no(`other users of this machine may read ${credentialsPath}: chmod 600 ${credentialsPath}`);
    if (broken.length > 0) return no(`${credentialsPath} has lines that are not https://user:token@host: ${broken.join(', ')}`);
    return { ok: true, detail: `${allowed}; ${credentials.length} ${credentials.length === 1 ? 'credential' : 'credentials'}` };
  } catch (error) {
    if (error instanceof SignalboxError) return toFailedCheck(error);
    throw error;
  }
}

function no(detail: string): { ok: false; detail: string } {
  return { ok: false, detail };
}
