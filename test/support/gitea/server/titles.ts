/** Gitea's `WORK_IN_PROGRESS_PREFIXES`. */
const PREFIXES = ['wip:', '[wip]'];

/** A pull request is a draft by its title alone. */
export function isDraftTitle(title: string): boolean {
  return PREFIXES.some((prefix) => title.toLowerCase().startsWith(prefix));
}

const MAX_TITLE_BYTES = 255;
const ELLIPSIS = '…';

/** Longer titles are cut without a word. */
export function fitTitle(title: string): string {
  if (Buffer.byteLength(title) <= MAX_TITLE_BYTES) return title;
  let fitting = '';
  for (const character of title) {
    if (Buffer.byteLength(fitting + character + ELLIPSIS) > MAX_TITLE_BYTES) break;
    fitting += character;
  }
  return fitting + ELLIPSIS;
}
