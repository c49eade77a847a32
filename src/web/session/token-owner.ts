import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Role } from '../../domain/role.ts';
import type { Db } from '../../store/database.ts';
import { validToken } from '../../store/sessions.ts';
import { useToken } from '../../store/tokens.ts';

/** Whose token it is. `ref` finds them again without the token, for as long as it is valid. */
export interface Owner {
  readonly ref: string;
  readonly actor: string;
  readonly role: Role;
}

const OWN = 'own.';
const CREATED = 'token.';

/** The same tokens as those of the HTTP API: the one of the settings or of DATA_DIR, whose holder is an admin, and created ones. */
export function createTokenOwners({ db, apiToken, key }: { readonly db: Db; readonly apiToken: string; readonly key: Buffer }) {
  const ownRef = (token: string) => OWN + createHmac('sha256', key).update(`api-token ${token}`).digest('base64url');
  const own: Owner = { ref: ownRef(apiToken), actor: 'api', role: 'admin' };
  return {
    async ownerOf(token: string): Promise<Owner | null> {
      // Digests have one length, so that the time of the comparison tells nothing of the token.
      if (timingSafeEqual(Buffer.from(ownRef(token)), Buffer.from(own.ref))) return own;
      const found = await useToken(db, token);
      return found && { ref: CREATED + found.id, actor: `token ${found.name}`, role: found.role };
    },
    /** null: the token is not valid any more. */
    async ownerAgain(ref: string): Promise<Owner | null> {
      if (ref === own.ref) return own;
      if (!ref.startsWith(CREATED)) return null;
      const found = await validToken(db, ref.slice(CREATED.length));
      return found && { ref, actor: `token ${found.name}`, role: found.role };
    },
  };
}
