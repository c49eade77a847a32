import { chmod, mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Git } from '../../../src/git/git.ts';

const PERSON = Object.fromEntries(
  ['AUTHOR', 'COMMITTER'].flatMap((role) => [
    [`GIT_${role}_NAME`, 'A person'],
    [`GIT_${role}_EMAIL`, 'person@example.org'],
    [`GIT_${role}_DATE`, '@1700000000 +0000'],
  ]),
);

/** Text, a link, an executable, or null for a file that goes. */
export type Content = string | Buffer | { readonly link: string } | { readonly run: string } | null;

/** A bare repository that plays the remote. */
export interface Origin {
  readonly dir: string;
  readonly git: Git;
  /** Commits these files on top of the branch (made from `from` when it is new) and returns the commit. */
  commit(branch: string, files: Readonly<Record<string, Content>>, from?: string): Promise<string>;
  head(branch: string): Promise<string | null>;
}

export async function makeOrigin(dir: string): Promise<Origin> {
  const git = new Git();
  await git.ok(['init', '--bare', '--quiet', '--template=', '--initial-branch=main', dir], { env: { GIT_DIR: dir } });
  await git.ok(['config', '--local', 'http.receivepack', 'true'], { gitDir: dir });
  await mkdir(join(dir, 'info'));
  // Files are committed as the test wrote them, whatever attributes the test puts beside them.
  await writeFile(join(dir, 'info', 'attributes'), '* !text !eol !ident !filter !working-tree-encoding\n');
  async function head(branch: string): Promise<string | null> {
    const found = await git.run(['rev-parse', '--verify', '--quiet', `refs/heads/${branch}`], { gitDir: dir });
    return found.exitCode === 0 ? found.stdout.toString('utf8').trim() : null;
  }
  return {
    dir,
    git,
    head,
    async commit(branch, files, from) {
      const parent = (await head(branch)) ?? from ?? null;
      const workTree = `${dir}.tree`;
      const call = { gitDir: dir, workTree, indexFile: `${dir}.index` };
      await mkdir(workTree, { recursive: true });
      await git.ok(parent === null ? ['read-tree', '--empty'] : ['read-tree', '--reset', '-u', parent], call);
      await writeFiles(workTree, files);
      await git.ok(['add', '-A', '--force'], call);
      const tree = await git.text(['write-tree'], call);
      const commit = await git.text(['commit-tree', tree, ...(parent === null ? [] : ['-p', parent]), '-m', 'a change'], {
        ...call,
        env: PERSON,
      });
      await git.ok(['update-ref', `refs/heads/${branch}`, commit], { gitDir: dir });
      await rm(workTree, { recursive: true });
      await rm(`${dir}.index`);
      return commit;
    },
  };
}

export async function writeFiles(folder: string, files: Readonly<Record<string, Content>>): Promise<void> {
  for (const [path, content] of Object.entries(files)) {
    const full = join(folder, path);
    if (content === null) {
      await rm(full, { recursive: true });
      continue;
    }
    await mkdir(dirname(full), { recursive: true });
    if (typeof content === 'object' && 'link' in content) await symlink(content.link, full);
    else if (typeof content === 'object' && 'run' in content) {
      await writeFile(full, content.run);
      await chmod(full, 0o755);
    } else await writeFile(full, content);
  }
}
