import { createHash, randomBytes } from 'node:crypto';
import type { Account } from '../server/model.ts';

/** Milliseconds for which a code may be exchanged: GitHub's ten minutes, and Gitea's. */
const CODE_MS = 600_000;

interface Code {
  account: Account;
  redirectUri: string;
  challenge: string;
  expiresAt: number;
}

/** The application of a forge that people agree to, and the codes that they agreed with. */
export class OauthApp {
  readonly clientId = `client-${randomBytes(8).toString('hex')}`;
  readonly clientSecret = randomBytes(20).toString('hex');
  /** Where the forge leads people back to; nowhere else. */
  readonly callbacks: string[] = [];
  readonly #codes = new Map<string, Code>();
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  issue(grant: Omit<Code, 'expiresAt'>): string {
    const code = randomBytes(20).toString('hex');
    this.#codes.set(code, { ...grant, expiresAt: this.#now() + CODE_MS });
    return code;
  }

  /** Whose code this is, once. null: nobody's, or not for this address, or not by the verifier that it was asked with. */
  redeem({ code, redirectUri, verifier }: { code: string; redirectUri: string; verifier: string }): Account | null {
    const found = this.#codes.get(code);
    if (!found || found.expiresAt <= this.#now() || found.redirectUri !== redirectUri) return null;
    if (createHash('sha256').update(verifier).digest('base64url') !== found.challenge) return null;
    this.#codes.delete(code);
    return found.account;
  }
}
