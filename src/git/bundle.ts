import { SignalboxError } from '../errors.ts';
import { gitError } from './git-error.ts';
import type { Git } from './git.ts';
import type { Mirror } from './mirror.ts';

export interface BundleWish {
  readonly commit: string;
  /** A commit that whoever reads the bundle has already. */
  readonly startPoint: string;
  /** What the commit is called in the bundle. */
  readonly ref: string;
  readonly maxBytes: number;
}

const SIGNATURE = '# v2 git bundle\n';

/** As `git bundle create` makes one, in one process instead of several and without a file; null when it gets too large. */
export async function makeBundle(git: Git, mirror: Mirror, wish: BundleWish, signal?: AbortSignal): Promise<Buffer | null> {
  const { commit, startPoint, ref, maxBytes } = wish;
  const pack = await git.ok(['pack-objects', '--revs', '--thin', '--stdout', '--delta-base-offset', '--quiet', '--threads=1'], {
    gitDir: mirror.dir,
    signal,
    input: `${commit}\n^${startPoint}\n`,
    maxOutputBytes: maxBytes,
    truncate: true,
  });
  if (pack.truncated) return null;
  return Buffer.concat([Buffer.from(headerOf(wish.commit, startPoint, ref)), pack.stdout]);
}

/**
 * Takes the objects of a bundle of `makeBundle` into a mirror that has the start point. Nothing in it is trusted: every
 * object is checked as git checks what comes from a stranger, but for the rules on submodules and attributes, files that
 * are never obeyed here. A mirror that refuses the bundle is as it was.
 *
 * Errors: `git.bundle-refused`, `git.disk-full`.
 */
export async function takeBundle(
  git: Git,
  mirror: Mirror,
  bundle: Buffer,
  wish: Omit<BundleWish, 'maxBytes'>,
  signal?: AbortSignal,
): Promise<void> {
  const header = Buffer.from(headerOf(wish.commit, wish.startPoint, wish.ref));
  if (!bundle.subarray(0, header.length).equals(header)) throw refused('it is not of this commit on this start point');
  const flags = ['--stdin', '--fix-thin', `--strict=${NEVER_OBEYED.map((id) => `${id}=ignore`).join(',')}`];
  const result = await git.run(['index-pack', ...flags], { gitDir: mirror.dir, signal, input: bundle.subarray(header.length) });
  if (result.exitCode === 0) return;
  const error = gitError('index-pack', result.stderr);
  throw error.code === 'git.disk-full' ? error : refused(result.stderr.replace(/\s+/g, ' ').trim().slice(0, 300));
}

/** A repository may have such files in its base, which git would refuse together with a change beside them. */
const NEVER_OBEYED: readonly string[] = [
  ...['Blob', 'Large', 'Missing', 'Name', 'Parse', 'Path', 'Symlink', 'Update', 'Url'].map((rule) => `gitmodules${rule}`),
  ...['Blob', 'Large', 'LineLength', 'Missing', 'Symlink'].map((rule) => `gitattributes${rule}`),
];

function headerOf(commit: string, startPoint: string, ref: string): string {
  return `${SIGNATURE}-${startPoint} \n${commit} ${ref}\n\n`;
}

function refused(why: string): SignalboxError {
  return new SignalboxError('git.bundle-refused', `A stored checkpoint was not taken: ${why}.`, {
    nextStep: '`/agent retry` starts again from the branch.',
  });
}
