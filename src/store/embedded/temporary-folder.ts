import { realpath } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { canEnter, type ServerUser } from './server-user.ts';

/** The system's folder for temporary files, or `/tmp` where that is private to this process's user and the server's is another. */
export async function temporaryFolder(user: ServerUser): Promise<string> {
  const folder = await realpath(tmpdir());
  return (await canEnter(user, folder)) ? folder : '/tmp';
}
