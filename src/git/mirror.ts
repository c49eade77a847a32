import { createHash, randomUUID } from 'node:crypto';
import { mkdir, rename, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { SignalboxError } from '../errors.ts';
import type { GitAccess } from '../forge/forge.ts';
import { fetchCommits } from './fetch-commits.ts';
import { withFileLock } from './file-lock.ts';
import type { Git } from './git.ts';
import { removeTree } from './host-files.ts';
import { clearLeftovers } from './mirror-leftovers.ts';
import { moveWorktrees, settleSiblings } from './mirror-siblings.ts';
import { readProgress, type FetchProgress } from './progress.ts';
import { rescue, resetIndexes } from './rescue.ts';

/** A bare copy of one repository on this machine. Its path is all there is to it. */
export interface Mirror {
  readonly dir: string;
}

export interface MirrorPlace {
  readonly dataDir: string;
  /** As in SubjectRef. */
  readonly forge: string;
  /** `owner/name`, or an address. */
  readonly repository: string;
}

export interface FetchOptions {
  readonly signal?: AbortSignal;
  /** Of the fetch alone, not of waiting for another one to end. */
  readonly timeoutMs?: number;
  readonly onProgress?: (progress: FetchProgress) => void;
  /** Commits that must be there too, whether or not a branch still leads to them: for work that began on them. */
  readonly commits?: readonly string[];
}

const FETCH_TIMEOUT_MS = 15 * 60_000;
const CORRUPT_MARK = 'signalbox-corrupt';

/**
 * In-tree attributes are written by whoever writes the tree: they could hide a file from the diff and the secret scan,
 * or make what is judged differ from what is published. This file outranks them all and takes every one away.
 */
const NO_ATTRIBUTES = '* !text !eol !crlf !ident !filter !diff !merge !working-tree-encoding !whitespace\n';

const MIRROR_CONFIG: readonly (readonly [string, string])[] = [
  ['gc.auto', '0'],
  ['maintenance.auto', 'false'],
  ['core.logAllRefUpdates', 'false'],
  // Lets a workspace fetch its start point, a commit that may be at no branch's tip any more.
  ['uploadpack.allowAnySHA1InWant', 'true'],
];

/**
 * Makes the mirror, or brings it up to date: every branch of the remote at `refs/remotes/origin/*`, gone ones pruned,
 * nothing else touched, so that a fetch never moves what an agent made here. One at a time per mirror, across processes;
 * a damaged mirror is cloned anew and its agents' worktrees live on, with their checkpoints where they can still be read.
 * The remote's URL and credential are kept nowhere.
 *
 * Errors: those of `gitError`, and `git.commit-gone`.
 */
export async function ensureMirror(git: Git, place: MirrorPlace, remote: GitAccess, options: FetchOptions = {}): Promise<Mirror> {
  const dir = mirrorDirectory(place);
  return await withFileLock(lockOf(dir), options.signal, async () => {
    if (await settleSiblings(dir)) await resetIndexes(git, dir, options.signal);
    await bringUpToDate(git, dir, remote, options);
    const { commits = [], signal, timeoutMs = FETCH_TIMEOUT_MS } = options;
    await fetchCommits(git, commits, remote, { gitDir: dir, signal, timeoutMs });
    return { dir };
  });
}

async function bringUpToDate(git: Git, dir: string, remote: GitAccess, options: FetchOptions): Promise<void> {
  if (!(await isSound(git, dir, options.signal))) return await cloneAnew(git, dir, remote, options);
  try {
    await clearLeftovers(dir);
    await fetchBranches(git, dir, remote, options);
  } catch (error) {
    if (!(error instanceof SignalboxError) || error.code !== 'git.mirror-corrupt') throw error;
    await cloneAnew(git, dir, remote, options);
  }
}

/** The commit of a branch as it was at the last fetch; null when there is no such branch. */
export async function branchHead(git: Git, mirror: Mirror, branch: string, signal?: AbortSignal): Promise<string | null> {
  const result = await git.run(['show-ref', '--verify', '--hash', `refs/remotes/origin/${branch}`], { gitDir: mirror.dir, signal });
  return result.exitCode === 0 ? result.stdout.toString('utf8').trim() : null;
}

/** Every branch of the remote as it was at the last fetch. */
export async function branchNames(git: Git, mirror: Mirror, signal?: AbortSignal): Promise<readonly string[]> {
  const text = await git.text(['for-each-ref', '--format=%(refname:lstrip=3)', 'refs/remotes/origin/'], { gitDir: mirror.dir, signal });
  return text === '' ? [] : text.split('\n');
}

/** Runs `work` while nobody fetches into the mirror, clones it anew, or changes its worktrees. */
export function withMirrorLock<T>(mirror: Mirror, signal: AbortSignal | undefined, work: () => Promise<T>): Promise<T> {
  return withFileLock(lockOf(mirror.dir), signal, work);
}

/** Makes the next `ensureMirror` clone anew: for whoever met `git.mirror-corrupt` elsewhere than in a fetch. */
export async function markCorrupt(mirror: Mirror): Promise<void> {
  await writeFile(join(mirror.dir, CORRUPT_MARK), '');
}

export function mirrorDirectory({ dataDir, forge, repository }: MirrorPlace): string {
  const segments = [forge, ...foldersOf(repository)];
  const safe = segments.every((segment) => /^[A-Za-z0-9._][A-Za-z0-9._-]*$/.test(segment) && segment !== '.' && segment !== '..');
  if (!safe || segments.length < 3) {
    throw new SignalboxError('git.name-unusable', 'The repository has a name that cannot be used as a folder.', {
      nextStep: 'Only letters, digits, dots, dashes and underscores are taken in the names of owners and repositories.',
    });
  }
  return `${join(dataDir, 'mirrors', ...segments)}.git`;
}

/** An address may be as deep as it likes, one within another, and is one folder all the same. */
function foldersOf(repository: string): readonly string[] {
  if (!repository.includes('://')) return repository.split('/');
  return ['at', createHash('sha256').update(repository).digest('hex')];
}

function lockOf(dir: string): string {
  return `${dir}.lock`;
}

async function isSound(git: Git, dir: string, signal: AbortSignal | undefined): Promise<boolean> {
  const marked = await stat(join(dir, CORRUPT_MARK)).catch(() => null);
  if (marked !== null) return false;
  const answer = await git.run(['rev-parse', '--is-bare-repository'], { gitDir: dir, signal });
  return answer.exitCode === 0 && answer.stdout.toString('utf8').trim() === 'true';
}

/** Clones beside the old place and swaps, so that a half-made mirror is never taken for one. */
async function cloneAnew(git: Git, dir: string, remote: GitAccess, options: FetchOptions): Promise<void> {
  const fresh = `${dir}.new-${randomUUID()}`;
  const old = `${dir}.old-${randomUUID()}`;
  try {
    await mkdir(dirname(dir), { recursive: true });
    await git.ok(['init', '--bare', '--quiet', '--template=', fresh], { signal: options.signal, env: { GIT_DIR: fresh } });
    for (const [key, value] of MIRROR_CONFIG) await git.ok(['config', '--local', key, value], { gitDir: fresh, signal: options.signal });
    await mkdir(join(fresh, 'info'), { recursive: true });
    await writeFile(join(fresh, 'info', 'attributes'), NO_ATTRIBUTES);
    await fetchBranches(git, fresh, remote, options);
    await rescue(git, dir, fresh, options.signal);
    await moveIfThere(dir, old);
    await rename(fresh, dir);
    await moveWorktrees(old, dir);
    await resetIndexes(git, dir, options.signal);
  } finally {
    await removeTree(fresh);
    await removeTree(old);
  }
}

async function fetchBranches(git: Git, dir: string, remote: GitAccess, options: FetchOptions): Promise<void> {
  const flags = [
    '--progress',
    '--prune',
    '--force',
    '--no-tags',
    '--no-write-fetch-head',
    '--no-recurse-submodules',
    '--no-auto-maintenance',
  ];
  await git.ok(['fetch', ...flags, '--', remote.url, '+refs/heads/*:refs/remotes/origin/*'], {
    gitDir: dir,
    remote,
    signal: options.signal,
    timeoutMs: options.timeoutMs ?? FETCH_TIMEOUT_MS,
    ...(options.onProgress === undefined ? {} : { onStderr: readProgress(options.onProgress) }),
  });
}

async function moveIfThere(from: string, to: string): Promise<void> {
  await rename(from, to).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
  });
}
