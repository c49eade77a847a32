import { whereIs, type Where } from '../where.ts';
import { toForgeError } from './errors.ts';
import type { Answer, Call, Query } from './exchange.ts';

/** Calls below one place of the API. */
export interface Api {
  get(path: string, query?: Query): Promise<Answer>;
  post(path: string, body: object): Promise<Answer>;
  patch(path: string, body: object): Promise<Answer>;
  delete(path: string): Promise<Answer>;
}

/** Calls to Gitea as the bot account. `doing` completes "Could not …" in the message of an error. */
export interface GiteaClient {
  /** Below `/repos/OWNER/NAME`. */
  on<T>(repository: string, doing: string, work: (api: Api, where: Where) => Promise<T>): Promise<T>;
  /** Below the API's own address. */
  everywhere<T>(doing: string, work: (api: Api) => Promise<T>, signal?: AbortSignal): Promise<T>;
  /** The same without the token. */
  asAnybody<T>(doing: string, work: (api: Api) => Promise<T>, signal?: AbortSignal): Promise<T>;
}

export function createClient(ask: (call: Call) => Promise<Answer>): GiteaClient {
  return {
    on: (repository, doing, work) => told(doing, () => work(apiBelow(ask, pathOf(whereIs(repository)), {}), whereIs(repository))),
    everywhere: (doing, work, signal) => told(doing, () => work(apiBelow(ask, '', { signal }))),
    asAnybody: (doing, work, signal) => told(doing, () => work(apiBelow(ask, '', { signal, anonymous: true }))),
  };
}

function pathOf({ owner, repo }: Where): string {
  return `/repos/${owner}/${repo}`;
}

function apiBelow(ask: (call: Call) => Promise<Answer>, base: string, common: Pick<Call, 'signal' | 'anonymous'>): Api {
  return {
    get: (path, query) => ask({ ...common, method: 'GET', path: base + path, query }),
    post: (path, body) => ask({ ...common, method: 'POST', path: base + path, body }),
    patch: (path, body) => ask({ ...common, method: 'PATCH', path: base + path, body }),
    delete: (path) => ask({ ...common, method: 'DELETE', path: base + path }),
  };
}

async function told<T>(doing: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw toForgeError(error, doing);
  }
}
