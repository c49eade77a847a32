import type { Gitea } from './gitea.ts';

interface Answer<T> {
  status: number;
  headers: Headers;
  /** What the answer says, where it says something. */
  body: T;
}

export type Call = <T = unknown>(method: string, path: string, body?: object) => Promise<Answer<T>>;

/** A client with somebody's token (the bot's if nothing is said), or with nobody's. */
export function clientFor(gitea: Gitea, token: string | null = gitea.botToken): Call {
  return async function call<T = unknown>(method: string, path: string, body?: object): Promise<Answer<T>> {
    const headers = { 'content-type': 'application/json', ...(token === null ? {} : { authorization: `token ${token}` }) };
    const response = await fetch(`${gitea.url}/api/v1${path}`, { method, headers, body: body && JSON.stringify(body) });
    const text = await response.text();
    const json = response.headers.get('content-type')?.includes('json');
    return { status: response.status, headers: response.headers, body: (json ? JSON.parse(text) : text) as T };
  };
}
