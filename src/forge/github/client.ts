import type { ProbotOctokit } from 'probot';
import { SignalboxError } from '../../errors.ts';
import { whereIs, type Where } from '../where.ts';
import { Installation } from './answers.ts';
import { isGone, isStaleSession, toForgeError } from './errors.ts';
import { openProbot, type SessionOptions } from './octokit.ts';

export type Octokit = InstanceType<typeof ProbotOctokit>;

/**
 * Calls to GitHub with the right credential. `doing` completes "Could not …" in the message of an error. When GitHub
 * refuses a token, or has forgotten the installation that it is for, all are forgotten here too and the work is done
 * once more.
 */
export interface GithubClient {
  /** As the App itself, by its JWT. */
  asApp<T>(doing: string, work: (octokit: Octokit) => Promise<T>): Promise<T>;
  /** As the App's installation on the repository. */
  on<T>(repository: string, doing: string, work: (octokit: Octokit, where: Where) => Promise<T>): Promise<T>;
  /** As any installation of the App, for what belongs to no repository. */
  onAny<T>(doing: string, work: (octokit: Octokit) => Promise<T>): Promise<T>;
  /** As each installation of the App, one after the other. */
  onAll<T>(doing: string, work: (octokit: Octokit) => Promise<T>): Promise<T[]>;
  /** With the App's JWT and the number of the installation on the repository. */
  forInstallation<T>(repository: string, doing: string, work: (octokit: Octokit, id: number, where: Where) => Promise<T>): Promise<T>;
}

interface Session {
  readonly app: () => Promise<Octokit>;
  readonly installation: (id: number) => Promise<Octokit>;
  /** By repository, in lower case. */
  readonly installationIds: Map<string, Promise<number>>;
}

export function createClient(options: SessionOptions): GithubClient {
  let current = openSession(options);

  async function withSession<T>(doing: string, work: (session: Session) => Promise<T>): Promise<T> {
    const session = current;
    try {
      return await work(session).catch((error: unknown) => {
        if (!isStaleSession(error)) throw error;
        if (current === session) current = openSession(options);
        return work(current);
      });
    } catch (error) {
      throw toForgeError(error, doing);
    }
  }

  return {
    asApp: (doing, work) => withSession(doing, async (session) => work(await session.app())),
    on: (repository, doing, work) =>
      withSession(doing, async (session) => {
        const where = whereIs(repository);
        const id = await installationOf(session, where);
        return work(await session.installation(id), where);
      }),
    onAny: (doing, work) => withSession(doing, async (session) => work(await session.installation(await anyInstallation(session)))),
    onAll: (doing, work) => withSession(doing, (session) => onEach(session, work)),
    forInstallation: (repository, doing, work) =>
      withSession(doing, async (session) => {
        const where = whereIs(repository);
        const id = await installationOf(session, where);
        return work(await session.app(), id, where);
      }),
  };
}

function openSession(options: SessionOptions): Session {
  const probot = openProbot(options);
  const installations = new Map<number, Promise<Octokit>>();
  return {
    app: () => probot.auth(),
    installation: (id) => remember(installations, id, () => probot.auth(id)),
    installationIds: new Map(),
  };
}

/** What failed is not remembered. */
function remember<K, V>(cache: Map<K, Promise<V>>, key: K, make: () => Promise<V>): Promise<V> {
  const known = cache.get(key);
  if (known !== undefined) return known;
  const made = make();
  cache.set(key, made);
  made.catch(() => cache.delete(key));
  return made;
}

async function installationOf(session: Session, where: Where): Promise<number> {
  return remember(session.installationIds, `${where.owner}/${where.repo}`.toLowerCase(), async () => {
    try {
      const octokit = await session.app();
      const { data } = await octokit.request('GET /repos/{owner}/{repo}/installation', { ...where });
      return data.id;
    } catch (error) {
      throw isGone(error)
        ? notInstalled(`The GitHub App is not installed on ${where.owner}/${where.repo}, or there is no such repository`)
        : error;
    }
  });
}

async function anyInstallation(session: Session): Promise<number> {
  for (const known of session.installationIds.values()) return known;
  const octokit = await session.app();
  const { data } = await octokit.request('GET /app/installations', { per_page: 1 });
  const [first] = data;
  if (first === undefined) throw notInstalled('The GitHub App is installed nowhere');
  return first.id;
}

/** A suspended installation gets no token. */
async function onEach<T>(session: Session, work: (octokit: Octokit) => Promise<T>): Promise<T[]> {
  const octokit = await session.app();
  const all = Installation.array().parse(await octokit.paginate('GET /app/installations', { per_page: 100 }));
  const results: T[] = [];
  for (const { id, suspended_at: suspended } of all) {
    if (!suspended) results.push(await work(await session.installation(id)));
  }
  return results;
}

function notInstalled(message: string): SignalboxError {
  return new SignalboxError('forge.not-installed', message, {
    nextStep: 'Install the GitHub App on the repository (the App’s settings, Install App), then try again.',
  });
}
