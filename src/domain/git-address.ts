/**
 * Addresses of repositories that are git and nothing else, and what the settings allow of them. Whoever writes one may mean
 * harm: what is compared is what git is given, and whatever servers read in more than one way is refused. Pure.
 */

/** `address`: the one form of it, with `.git` where that was written, because there are servers that know only one of the two. */
export type ReadAddress = { readonly address: string } | { readonly refused: string };

const LONGEST = 500;
/** No slash, backslash or percent sign, encoded or not; no `;`, before which some servers end a part of a path. */
const PART = /^(?![. ]+$)[\p{L}\p{M}\p{Nd} ._~+@=-]+$/u;

export const NO_CREDENTIALS =
  'Leave user name and password out of the address: what is asked for is written down. A token belongs into the file of GIT_CREDENTIALS_PATH.';

/** Whether a text is the address of something on the web with a user name or password in it. */
export function holdsCredentials(text: string): boolean {
  const url = URL.parse(text);
  return url !== null && isWeb(url) && (url.username !== '' || url.password !== '');
}

/** What stands before an address may have no path at all: `leastParts` is 0 then. */
export function readGitAddress(text: string, leastParts = 1): ReadAddress {
  if (isSsh(text)) return refused('Signalbox reaches git over HTTPS, not over SSH: give the address that begins with https://.');
  const url = URL.parse(text);
  if (!url || !isWeb(url)) return refused('The address of a repository begins with https://.');
  if (holdsCredentials(text)) return refused(NO_CREDENTIALS);
  if (url.search !== '' || url.hash !== '') return refused('The address of a repository ends before any ? or #.');
  if (url.hostname.includes('*')) return refused('A * stands for nothing in an address.');
  const parts = partsOf(url.pathname);
  if (!parts) return refused('The path of a repository has letters, digits, spaces and . _ ~ + @ = - alone, between single slashes.');
  if (parts.length < leastParts) return refused('The address names no repository.');
  const address = `${url.origin}/${parts.map(encodeURI).join('/')}`;
  return address.length > LONGEST ? refused(`The address is longer than ${LONGEST} characters.`) : { address };
}

/**
 * Whether an address is the one that is allowed, or a repository below it: the same scheme, host and port, and whole parts of
 * the path. Below one that ends in `.git` there is nothing. Both are as `readGitAddress` makes them.
 */
export function isAllowed(address: string, allowed: string): boolean {
  const [here, there] = [new URL(address), new URL(allowed)];
  if (here.origin !== there.origin) return false;
  if (withoutGit(here.pathname) === withoutGit(there.pathname)) return true;
  return !there.pathname.endsWith('.git') && here.pathname.startsWith(there.pathname.replace(/\/?$/, '/'));
}

function partsOf(pathname: string): readonly string[] | null {
  const parts: string[] = [];
  for (const part of pathname.replace(/\/+$/, '').split('/').slice(1)) {
    const plain = decoded(part);
    if (plain === null || !PART.test(plain)) return null;
    parts.push(plain);
  }
  return parts;
}

function decoded(part: string): string | null {
  try {
    return decodeURIComponent(part);
  } catch {
    return null;
  }
}

function isWeb({ protocol }: URL): boolean {
  return protocol === 'https:' || protocol === 'http:';
}

function isSsh(text: string): boolean {
  return /^\s*(?:(?:git\+)?ssh:|[^\s/:@]+@[^\s/:]+:)/i.test(text);
}

function withoutGit(pathname: string): string {
  return pathname.replace(/\.git$/, '');
}

function refused(why: string): ReadAddress {
  return { refused: why };
}
