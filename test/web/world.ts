import type { ApiWorld } from '../http/api-world.ts';
import { openApiWorld, TOKEN } from '../http/api-world.ts';
import type { AppServices } from '../../src/http/app.ts';

export const LIMITS = {
  agent: { turns: 80, tokens: 3_000_000, costUsd: 5, wallSeconds: 1800, gateRounds: 2 },
  dailyCostUsd: { repository: 50, overall: 100 },
  agents: { overall: 2, perRepository: 2 },
};

/** The dashboard over a database of its own, with nobody at work. */
export async function openWebWorld(changes: Partial<AppServices> = {}): Promise<ApiWorld> {
  return openApiWorld({ limits: LIMITS, ...changes });
}

export interface Seen {
  readonly status: number;
  readonly text: string;
  readonly headers: Headers;
}

export const HOST = 'signalbox.test';

/** Somebody with a browser that keeps its cookie and says where its forms come from. */
export function visitor({ app }: Pick<ApiWorld, 'app'>) {
  const jar = new Map<string, string>();
  const cookies = () => [...jar].map(([name, value]) => `${name}=${value}`).join('; ');
  async function send(path: string, init: RequestInit = {}): Promise<Seen> {
    const headers = {
      host: HOST,
      ...(jar.size === 0 ? {} : { cookie: cookies() }),
      ...(init.headers as Record<string, string> | undefined),
    };
    const response = await app.request(`http://${HOST}${path}`, { ...init, headers });
    for (const set of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(set) ?? [];
      if (value === '') jar.delete(name);
      else jar.set(name, value);
    }
    return { status: response.status, text: await response.text(), headers: response.headers };
  }
  const see = (path: string, headers: Record<string, string> = {}) => send(path, { headers });
  const post = (path: string, fields: Record<string, string>, headers: Record<string, string> = {}) =>
    send(path, { method: 'POST', body: new URLSearchParams(fields), headers: { origin: `http://${HOST}`, ...headers } });
  return {
    see,
    post,
    get cookie() {
      return cookies();
    },
    signIn: (token = TOKEN, more: Record<string, string> = {}) => post('/sign-in', { token, ...more }),
    /** Opens a question and answers it: what a click and a confirmation send. */
    async confirm(path: string, fields: Record<string, string> = {}): Promise<Seen> {
      const question = await see(path);
      return post(path, { ...hiddenIn(question.text), ...fields });
    },
  };
}

/** Somebody who has signed in as the holder of the settings' token. */
export async function signedIn(world: Pick<ApiWorld, 'app'>, token = TOKEN) {
  const somebody = visitor(world);
  await somebody.signIn(token, { name: 'ada' });
  return somebody;
}

export function hiddenIn(text: string): Record<string, string> {
  const main = text.slice(text.indexOf('<main'));
  const fields = main.matchAll(/<input type="hidden" name="(\w+)" value="([^"]*)"/g);
  return Object.fromEntries(Array.from(fields, ([, name = '', value = '']) => [name, value]));
}
