import { randomBytes } from 'node:crypto';
import { ApiError } from '../../forge/server/errors.ts';
import type { Account } from '../../forge/server/model.ts';
import type { Access, Scope } from './access.ts';

/** Access tokens, which live until somebody takes them away. */
export class Tokens {
  readonly #entries = new Map<string, Extract<Access, { kind: 'token' }>>();

  create(user: Account, scopes: readonly Scope[]): string {
    const token = randomBytes(20).toString('hex');
    this.#entries.set(token, { kind: 'token', user, scopes });
    return token;
  }

  revoke(token: string): void {
    this.#entries.delete(token);
  }

  resolve(token: string): Access {
    const access = this.#entries.get(token);
    if (!access) throw new ApiError(401, 'user does not exist [uid: 0, name: ]');
    return access;
  }
}
