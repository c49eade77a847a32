import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { git, tryGit } from './run-git.ts';

/** A file's text or bytes; null removes it. */
export type Files = Record<string, string | Uint8Array | null>;

export interface NewCommit {
  message: string;
  author: { name: string; email: string };
  /** Milliseconds since 1970. */
  date: number;
}

/** Pushes over HTTP are taken, partial clones are given, and nothing runs: no hook, no collector. */
const CONFIG = `[core]
	repositoryformatversion = 0
	bare = true
	hooksPath = /dev/null
[http]
	receivepack = true
[uploadpack]
	allowFilter = true
	allowAnySHA1InWant = true
[receive]
	hideRefs = refs/pull
[gc]
	auto = 0
[fastimport]
	unpackLimit = 0
`;

/** As `git init` makes it, without starting a process: nearly every test has a repository. https://git-scm.com/docs/gitrepository-layout */
export async function createBareRepository(gitDir: string, defaultBranch: string): Promise<void> {
  for (const folder of ['objects/info', 'objects/pack', 'refs/heads', 'refs/tags'])
    await mkdir(path.join(gitDir, folder), { recursive: true });
  await writeFile(path.join(gitDir, 'HEAD'), `ref: refs/heads/${defaultBranch}\n`);
  await writeFile(path.join(gitDir, 'config'), CONFIG);
}

/** A commit with these changes over its parent, without a ref yet. Scripts (`*.sh`) are made executable. */
export async function commitFiles(gitDir: string, parent: string | null, files: Files, commit: NewCommit): Promise<string> {
  const scratch = `refs/scratch/${commit.date}-${Math.random().toString(36).slice(2)}`;
  const chunks: (string | Uint8Array)[] = [`commit ${scratch}\nmark :1\n${signature('author', commit)}${signature('committer', commit)}`];
  chunks.push(data(commit.message), commit.message, '\n');
  if (parent) chunks.push(`from ${parent}\n`);
  for (const [file, content] of Object.entries(files)) {
    if (content === null) chunks.push(`D ${quote(file)}\n`);
    else chunks.push(`M ${file.endsWith('.sh') ? '100755' : '100644'} inline ${quote(file)}\n`, data(content), content, '\n');
  }
  // Says which commit it was, and takes its ref away again.
  chunks.push(`get-mark :1\nreset ${scratch}\nfrom ${'0'.repeat(40)}\n\n`);
  const input = Buffer.concat(chunks.map((chunk) => Buffer.from(chunk)));
  return (await git(gitDir, ['fast-import', '--quiet', '--force', '--date-format=raw'], { input })).trim();
}

function signature(role: string, { author, date }: NewCommit): string {
  return `${role} ${author.name} <${author.email}> ${Math.floor(date / 1000)} +0000\n`;
}

function data(content: string | Uint8Array): string {
  return `data ${Buffer.byteLength(content)}\n`;
}

function quote(file: string): string {
  return `"${file.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
}

/** Null deletes the ref. */
export async function updateRef(gitDir: string, ref: string, sha: string | null): Promise<void> {
  await git(gitDir, sha === null ? ['update-ref', '-d', ref] : ['update-ref', ref, sha]);
}

/** The tree of a clean merge, or null where the two are in conflict. */
export async function mergeTrees(gitDir: string, base: string, head: string): Promise<string | null> {
  const { code, stdout } = await tryGit(gitDir, ['merge-tree', '--write-tree', base, head]);
  return code === 0 ? (stdout.toString().split('\n')[0] ?? null) : null;
}

export async function commitTree(gitDir: string, tree: string, parents: string[], commit: NewCommit): Promise<string> {
  const who = (role: string) => ({
    [`GIT_${role}_NAME`]: commit.author.name,
    [`GIT_${role}_EMAIL`]: commit.author.email,
    [`GIT_${role}_DATE`]: `${Math.floor(commit.date / 1000)} +0000`,
  });
  const args = ['commit-tree', tree, ...parents.flatMap((parent) => ['-p', parent]), '-F', '-'];
  return (await git(gitDir, args, { input: commit.message, env: { ...who('AUTHOR'), ...who('COMMITTER') } })).trim();
}
