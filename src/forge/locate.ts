import type { Located } from './forge.ts';

const SUBJECT = /\/(?:issues|pull|pulls)\/(\d{1,9})(?:\/.*)?$/;
const FULL_NAME = /^[\w.-]+\/[\w.-]+$/;

/**
 * What people have at hand of a forge whose pages are below `home`: `owner/name`; the address of a repository, for the browser or for
 * git; the address of an issue or pull request. Pure.
 */
export function locateBelow(home: string, text: string): Located | null {
  if (FULL_NAME.test(text)) return { repository: text.replace(/\.git$/, ''), number: null };
  const url = URL.parse(text.replace(/^(?:ssh:\/\/)?git@([^:/]+)[:/]/, 'https://$1/'));
  const page = url && `${url.origin}${url.pathname.replace(/\/+$/, '')}`;
  const root = `${new URL(home).href.replace(/\/+$/, '')}/`;
  if (!page?.startsWith(root)) return null;
  const number = SUBJECT.exec(page)?.[1];
  const repository = page
    .slice(root.length)
    .replace(SUBJECT, '')
    .replace(/\.git$/, '');
  return FULL_NAME.test(repository) ? { repository, number: number === undefined ? null : Number(number) } : null;
}
