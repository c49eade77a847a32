import { randomBytes } from 'node:crypto';

/** Speaks to a real server as its administrator, and in the name of its people. */
export class Admin {
  readonly #url: string;
  readonly #token: string;
  readonly #made = new Map<string, string>();

  constructor(url: string, token: string) {
    this.#url = url.replace(/\/+$/, '');
    this.#token = token;
  }

  /** Throws for what is neither 2xx nor 404, and answers null for that. `by`: in whose name. */
  async call<T = unknown>(method: string, path: string, { by, body }: { by?: string; body?: object } = {}): Promise<T | null> {
    const headers = {
      authorization: `token ${this.#token}`,
      'content-type': 'application/json',
      ...(by === undefined ? {} : { sudo: by }),
    };
    return this.#ask(method, path, headers, body);
  }

  /** Makes the person where there is none of that name, and removes only those again. */
  async person(login: string): Promise<void> {
    if (this.#made.has(login) || (await this.call('GET', `/users/${login}`)) !== null) return;
    const password = randomBytes(20).toString('base64url');
    const body = { username: login, email: `${login}@example.com`, password, must_change_password: false };
    await this.call('POST', '/admin/users', { body });
    this.#made.set(login, password);
  }

  /** Of a person whom we made: nobody else may make one. */
  async tokenOf(login: string, scopes: readonly string[]): Promise<string> {
    const basic = Buffer.from(`${login}:${this.#made.get(login)}`).toString('base64');
    const headers = { authorization: `Basic ${basic}`, 'content-type': 'application/json' };
    const body = { name: randomBytes(6).toString('hex'), scopes };
    const made = await this.#ask<{ sha1: string }>('POST', `/users/${login}/tokens`, headers, body);
    if (made === null) throw new Error(`there is no ${login} to make a token for`);
    return made.sha1;
  }

  async removePeople(): Promise<void> {
    for (const login of this.#made.keys()) await this.call('DELETE', `/admin/users/${login}?purge=true`);
    this.#made.clear();
  }

  async #ask<T>(method: string, path: string, headers: Record<string, string>, body?: object): Promise<T | null> {
    const response = await fetch(`${this.#url}/api/v1${path}`, { method, headers, body: body ? JSON.stringify(body) : null });
    const text = await response.text();
    if (response.status === 404) return null;
    if (!response.ok) throw new Error(`${method} ${path} was answered ${response.status}: ${text.slice(0, 300)}`);
    return text.startsWith('{') || text.startsWith('[') ? (JSON.parse(text) as T) : null;
  }
}
