import type { AnyForge } from '../forge/forge.ts';
import { findPlace, type Place } from './find-place.ts';

/** What an agent is to work on. */
export interface WorkItems {
  /** The issue or pull request that the task is about; null when none was named. */
  readonly number: number | null;
  /** Everything else that was asked, for the agent; null for nothing. */
  readonly instruction: string | null;
}

export interface WorkContext {
  readonly forge?: string | undefined;
  readonly repository?: string | undefined;
  readonly workItems: readonly (number | string)[];
  readonly skills?: readonly string[] | undefined;
}

/** Where the work is to be done: as said, or as the address of an issue among the items tells. A text says why nowhere. */
export function placeOf(forges: readonly AnyForge[], { forge, repository, workItems }: WorkContext): Place | string {
  const named = repository ?? workItems.find((item) => typeof item === 'string' && /^https?:\/\/\S+$/.test(item));
  if (typeof named !== 'string') return 'Say which repository: `owner/name`, its address, or the address of an issue.';
  return findPlace(forges, named, forge);
}

/** The first issue that is named is what the task is about; other issues, and texts, are told to the agent. Pure. */
export function readWorkItems({ workItems, skills = [] }: WorkContext, place: Place): WorkItems {
  const numbers: number[] = [];
  const texts: string[] = [];
  for (const item of workItems) {
    const meant = meantBy(item, place);
    if (typeof meant === 'string') texts.push(meant);
    else if (meant !== null) numbers.push(meant);
  }
  const [first = place.number, ...others] = numbers;
  const parts = [
    ...texts,
    ...(others.length > 0 ? [`It also concerns ${others.map((number) => `#${number}`).join(', ')}.`] : []),
    ...(skills.length > 0 ? [`Skills to use where the repository has them: ${skills.join(', ')}.`] : []),
  ].filter((part) => part !== '');
  return { number: first, instruction: parts.length === 0 ? null : parts.join('\n\n') };
}

/** A number of an issue or pull request, or words for the agent; null for the address of the repository, which says only where. */
function meantBy(item: number | string, { forge, repository }: Place): number | string | null {
  if (typeof item === 'number') return item;
  const text = item.trim();
  const plain = /^#?(\d{1,9})$/.exec(text);
  if (plain) return Number(plain[1]);
  const named = /^https?:\/\/\S+$/.test(text) ? findPlace([forge], text) : text;
  return typeof named !== 'string' && named.repository === repository ? named.number : text;
}
