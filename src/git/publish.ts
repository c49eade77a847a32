import { SignalboxError } from '../errors.ts';
import type { GitAccess } from '../forge/forge.ts';
import type { Git, GitResult } from './git.ts';
import { gitError } from './git-error.ts';
import type { Mirror } from './mirror.ts';
import { remoteHead } from './remote-head.ts';

export interface PushWish {
  readonly commit: string;
  readonly branch: string;
  /** The commit that the remote branch must be at; null: there must be no such branch. */
  readonly expected: string | null;
}

/**
 * `already`: the remote branch was at the commit, as after a push whose answer was lost. `moved`: somebody else pushed,
 * and nothing of theirs was overwritten. `protected`: a rule or a hook of the forge. `denied`: this credential may not do
 * this, for example change workflows. `reason` is for programs, `said` holds the forge's own words.
 */
export type Publication =
  | { readonly state: 'pushed' }
  | { readonly state: 'already' }
  | { readonly state: 'rejected'; readonly reason: 'moved' | 'protected' | 'denied' | 'too-large' | 'other'; readonly said: string };

const PUSH_TIMEOUT_MS = 10 * 60_000;

/**
 * Pushes one commit to one branch. May be repeated; so does curl on its own, when a connection that it had used before is
 * cut, and the forge then refuses what it has just taken. Errors: those of `gitError`; a forge that says no to the push itself
 * is an answer, not an error.
 */
export async function publish(git: Git, mirror: Mirror, wish: PushWish, remote: GitAccess, signal?: AbortSignal): Promise<Publication> {
  const ref = `refs/heads/${wish.branch}`;
  await assertUsable(git, wish, ref, signal);
  const flags = ['--porcelain', '--no-verify', '--no-signed', '--no-follow-tags', '--recurse-submodules=no', '--no-progress'];
  const lease = `--force-with-lease=${ref}:${wish.expected ?? ''}`;
  const call = { gitDir: mirror.dir, remote, signal, timeoutMs: PUSH_TIMEOUT_MS, diesWithUs: true };
  const result = await git.run(['push', ...flags, lease, '--', remote.url, `${wish.commit}:${ref}`], call);
  const said = read(result, ref);
  const isThere =
    said.state === 'rejected' && said.reason === 'moved' && (await remoteHead(git, remote, wish.branch, signal)) === wish.commit;
  const publication: Publication = isThere ? { state: 'already' } : said;
  if (publication.state !== 'rejected') {
    await git.run(['update-ref', `refs/remotes/origin/${wish.branch}`, wish.commit], { gitDir: mirror.dir });
  }
  return publication;
}

async function assertUsable(git: Git, { commit }: PushWish, ref: string, signal: AbortSignal | undefined): Promise<void> {
  const valid = await git.run(['check-ref-format', ref], { signal });
  if (valid.exitCode === 0 && /^[0-9a-f]{40,64}$/.test(commit)) return;
  throw new SignalboxError('git.name-unusable', 'The commit or the branch to push has a name that git does not take.', {
    nextStep: 'Report this as a fault of Signalbox.',
  });
}

/** One line a ref: a flag, a tab, `from:to`, a tab, and what happened. */
function read(result: GitResult, ref: string): Publication {
  const line = result.stdout
    .toString('utf8')
    .split('\n')
    .find((candidate) => candidate.split('\t')[1]?.endsWith(`:${ref}`));
  if (line === undefined) throw gitError('push', result.stderr);
  if (line.startsWith('=')) return { state: 'already' };
  if (result.exitCode === 0 && !line.startsWith('!')) return { state: 'pushed' };
  const said = [line.split('\t')[2] ?? '', ...remoteWords(result.stderr)].join('\n').slice(0, 2_000);
  return { state: 'rejected', reason: reasonOf(said), said };
}

function reasonOf(said: string): 'moved' | 'protected' | 'denied' | 'too-large' | 'other' {
  if (/\[rejected\]|stale info|fetch first|non-fast-forward|reference already exists|cannot lock ref|failed to update ref/i.test(said))
    return 'moved';
  if (/refusing to allow|without .{0,20}workflows?.{0,20} permission|permission denied|not allowed to push/i.test(said)) return 'denied';
  if (/GH001|exceeds .*(file )?size limit|too large/i.test(said)) return 'too-large';
  if (/protected branch|GH006|GH013|rule violations|hook declined|declined/i.test(said)) return 'protected';
  return 'other';
}

function remoteWords(stderr: string): string[] {
  return stderr
    .split(/[\r\n]+/)
    .filter((line) => line.startsWith('remote:'))
    .map((line) => line.slice('remote:'.length).trim())
    .filter((line) => line !== '');
}
