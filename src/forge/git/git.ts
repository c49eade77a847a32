import { isAllowed, readGitAddress } from '../../domain/git-address.ts';
import { SignalboxError } from '../../errors.ts';
import type { BotIdentity, GitAccess, Located, PlainGit } from '../forge.ts';
import { check } from './check.ts';
import { credentialFor, readCredentials, type Credential } from './credentials.ts';
import { forgeErrorOfGit } from './errors.ts';

export interface GitOptions {
  /** What agents may be sent to, as `readGitAddress` makes it: each a repository, or what repositories stand below. */
  readonly urls: readonly string[];
  /** A file in the format of git-credential-store; null: nothing is secret. */
  readonly credentialsPath: string | null;
  /** The branch that a remote's HEAD leads to; null where it leads to none. Errors: those of git. */
  readonly readHead: (access: GitAccess) => Promise<string | null>;
}

/** No account of any server: the commits are made under this name, with an address that reaches nobody. */
const IDENTITY: BotIdentity = { login: 'signalbox', id: -1, name: 'Signalbox', email: 'signalbox@noreply.invalid' };

/** Git servers of whatever make, over HTTP: a repository is its address. */
export function createGit({ urls, credentialsPath, readHead }: GitOptions): PlainGit {
  const credentials = async (): Promise<readonly Credential[]> =>
    credentialsPath === null ? [] : (await readCredentials(credentialsPath)).credentials;

  async function gitAccess(repository: string): Promise<GitAccess> {
    const located = locate(urls, repository);
    if (typeof located === 'string') throw notAllowed(located);
    const credential = credentialFor(await credentials(), located.repository);
    const authorization = credential ? `Basic ${Buffer.from(`${credential.user}:${credential.secret}`).toString('base64')}` : '';
    return { url: located.repository, authorization };
  }

  return {
    name: 'git',
    locate: (text) => (isAddress(text) ? locate(urls, text) : null),
    check: () => check(urls, credentialsPath),
    identity: async () => IDENTITY,
    async repository(repository) {
      const access = await gitAccess(repository);
      try {
        // A repository without a commit has no branch yet that could be asked for.
        return { defaultBranch: (await readHead(access)) ?? 'main', private: access.authorization !== '' };
      } catch (error) {
        if (error instanceof SignalboxError && error.code === 'git.not-found') return null;
        throw forgeErrorOfGit(error);
      }
    },
    gitAccess,
    // What cannot be read cannot have been handed out either.
    secrets: async () => (await credentials().catch(() => [])).map(({ secret }) => secret),
  };
}

/** A text says why agents may not be sent there. */
function locate(urls: readonly string[], text: string): Located | string {
  const read = readGitAddress(text);
  if ('refused' in read) return read.refused;
  if (urls.some((allowed) => isAllowed(read.address, allowed))) return { repository: read.address, number: null };
  return `The settings do not send agents to ${read.address}: GIT_URLS has ${urls.join(', ')}.`;
}

/** Names and words are nothing to git. */
function isAddress(text: string): boolean {
  return text.includes('://') || /^[^\s/]+@[^\s/]+:/.test(text);
}

function notAllowed(why: string): SignalboxError {
  return new SignalboxError('forge.not-installed', why, { nextStep: 'If agents should work there, add it to GIT_URLS and start again.' });
}
