import { randomBytes } from 'node:crypto';
import type { Access } from './access.ts';
import { badCredentials } from './errors.ts';
import { INSTALLATION_TOKEN_MS, SIGN_IN_TOKEN_MS } from './limits.ts';

interface Entry {
  access: Access;
  expiresAt: number;
}

/** The tokens that were handed out. Their values leave this class only to whom they are for. */
export class Tokens {
  readonly #entries = new Map<string, Entry>();
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  forPerson(access: Extract<Access, { kind: 'person' }>): string {
    return this.#add('ghp_', access, Number.POSITIVE_INFINITY);
  }

  /** Of somebody who agreed to an App. */
  forSignIn(access: Extract<Access, { kind: 'person' }>): string {
    return this.#add('ghu_', access, this.#now() + SIGN_IN_TOKEN_MS);
  }

  forInstallation(access: Extract<Access, { kind: 'installation' }>): { token: string; expiresAt: string } {
    const expiresAt = this.#now() + INSTALLATION_TOKEN_MS;
    const token = this.#add('ghs_', access, expiresAt);
    return { token, expiresAt: new Date(expiresAt).toISOString().replace(/\.\d+Z$/, 'Z') };
  }

  /** Throws 401 for a token that is unknown or has expired. */
  resolve(token: string): Access {
    const entry = this.#entries.get(token);
    if (!entry || entry.expiresAt <= this.#now()) throw badCredentials();
    return entry.access;
  }

  /** Ends every installation token at once, as an hour's wait would. */
  expireInstallationTokens(): void {
    for (const [token, { access }] of this.#entries) {
      if (access.kind === 'installation') this.#entries.delete(token);
    }
  }

  #add(prefix: string, access: Access, expiresAt: number): string {
    const token = prefix + randomBytes(27).toString('base64url').replaceAll(/[-_]/g, 'x');
    this.#entries.set(token, { access, expiresAt });
    return token;
  }
}
