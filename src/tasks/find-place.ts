import type { Forge } from '../forge/forge.ts';

/** A repository of a configured forge, and the issue or pull request that was named with it. */
export interface Place {
  readonly forge: Forge;
  readonly repository: string;
  readonly number: number | null;
}

const SUBJECT = /\/(?:issues|pull|pulls)\/(\d{1,9})(?:\/.*)?$/;
const FULL_NAME = /^[\w.-]+\/[\w.-]+$/;

/**
 * Reads what people have at hand: `owner/name`, which `forgeName` or being the only forge makes certain; the address of a
 * repository, for the browser or for git; the address of an issue or pull request. A text says why it is none of ours. Pure.
 */
export function findPlace(forges: readonly Forge[], text: string, forgeName?: string): Place | string {
  const candidates = forgeName === undefined ? forges : forges.filter(({ name }) => name === forgeName);
  if (FULL_NAME.test(text)) return byName(candidates, text.replace(/\.git$/, ''), known(forges));
  const url = URL.parse(text.replace(/^(?:ssh:\/\/)?git@([^:/]+)[:/]/, 'https://$1/'));
  const found = url && candidates.map((forge) => byAddress(forge, url)).find((place) => place !== null);
  return found ?? `No forge that is configured here has ${text}. ${known(forges)}`;
}

function byName(candidates: readonly Forge[], repository: string, there: string): Place | string {
  const [forge, second] = candidates;
  if (!forge) return `There is no such forge here. ${there}`;
  if (second) return `Several forges are configured: say which one, or give the address of ${repository}. ${there}`;
  return { forge, repository, number: null };
}

function byAddress(forge: Forge, { origin, pathname }: URL): Place | null {
  const page = `${origin}${pathname.replace(/\/+$/, '')}`;
  const number = SUBJECT.exec(page)?.[1];
  const home = page.replace(SUBJECT, '').replace(/\.git$/, '');
  const repository = home.split('/').slice(-2).join('/');
  // Where a forge's pages are is its own affair.
  const isOurs = FULL_NAME.test(repository) && forge.webUrl(repository, { number: 1 }).startsWith(`${home}/`);
  return isOurs ? { forge, repository, number: number === undefined ? null : Number(number) } : null;
}

function known(forges: readonly Forge[]): string {
  return forges.length === 0 ? 'None is configured.' : `There is ${forges.map(({ name }) => name).join(', ')}.`;
}
