import { cutLine, MAX_TITLE } from '../cut.ts';

/** Gitea has no drafts but by the title. These are its own prefixes; `WORK_IN_PROGRESS_PREFIXES` can name others. */
const PREFIX = /^\s*(?:WIP:|\[WIP\])\s*/i;

export function isDraftTitle(title: string): boolean {
  return PREFIX.test(title);
}

/** A title that says what is wished, and no longer what it said before. */
export function titleFor(title: string, draft: boolean): string {
  let plain = title;
  while (isDraftTitle(plain)) plain = plain.replace(PREFIX, '');
  return cutLine(draft ? `WIP: ${plain}` : plain || title, MAX_TITLE);
}
