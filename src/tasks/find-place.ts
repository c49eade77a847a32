import { holdsCredentials, NO_CREDENTIALS } from '../domain/git-address.ts';
import type { AnyForge, Located } from '../forge/forge.ts';

/** A repository of a configured forge, and the issue or pull request that was named with it. */
export interface Place extends Located {
  readonly forge: AnyForge;
}

/**
 * Reads what people have at hand: `owner/name`, which `forgeName` or being the only forge makes certain; the address of a
 * repository, for the browser or for git; the address of an issue or pull request. A text says why it is none of ours. Pure.
 */
export function findPlace(forges: readonly AnyForge[], text: string, forgeName?: string): Place | string {
  if (holdsCredentials(text)) return NO_CREDENTIALS;
  const candidates = forgeName === undefined ? forges : forges.filter(({ name }) => name === forgeName);
  if (candidates.length === 0) return `There is no such forge here. ${known(forges)}`;
  const places: Place[] = [];
  let why: string | null = null;
  for (const forge of candidates) {
    const located = forge.locate(text);
    if (typeof located === 'string') why ??= located;
    else if (located) places.push({ forge, ...located });
  }
  const [place, second] = places;
  if (!place) return why ?? `No forge that is configured here has ${text}. ${known(forges)}`;
  // An address says by itself where it is.
  if (second && !URL.canParse(text))
    return `Several forges are configured: say which one, or give the address of ${text}. ${known(forges)}`;
  return place;
}

function known(forges: readonly AnyForge[]): string {
  return forges.length === 0 ? 'None is configured.' : `There is ${forges.map(({ name }) => name).join(', ')}.`;
}
