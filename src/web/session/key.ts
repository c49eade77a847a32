import type { Db } from '../../store/database.ts';
import { sessionKey } from '../../store/sessions.ts';

/** What cookies are sealed with: asked of the database when it is first needed, and again only where that failed. */
export function createSessionKey(db: Db): () => Promise<Buffer> {
  let known: Promise<Buffer> | undefined;
  return () => (known ??= sessionKey(db).catch((error: unknown) => ((known = undefined), Promise.reject(error as Error))));
}
