import { Refusal } from '../server/errors.ts';
import type { ForgeHub } from '../server/hub.ts';

export function assertBodyFits(hub: ForgeHub, what: 'issue' | 'pull' | 'comment' | 'review', body: string | null | undefined): void {
  if (body && body.length > hub.rules.maxBodyCharacters) throw new Refusal('body-too-long', what);
}
