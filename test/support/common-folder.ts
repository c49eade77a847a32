import { chooseServerUser } from '../../src/store/embedded/server-user.ts';
import { temporaryFolder } from '../../src/store/embedded/temporary-folder.ts';

/** The temporary folder, unless the user as whom root runs the embedded database cannot enter it: then `/tmp`. */
export async function commonFolder(): Promise<string> {
  return temporaryFolder(await chooseServerUser('/a folder that is not there'));
}
