/** Bodies of comments, reviews and pull requests. GitHub answers 422 to a longer one; on Gitea nobody reads further either. */
export const MAX_BODY = 65_536;

/** Of pull requests, and of what a check shows as its title. */
export const MAX_TITLE = 255;

const CUT = '\n\n*The rest was cut: it is longer than the forge allows.*';
const FENCE_END = '\n```';

/** Markdown that fits. A word says that it was cut, and stands outside of a code block that was cut in two. */
export function cutMarkdown(text: string, max: number): string {
  if (text.length <= max) return text;
  const kept = text.slice(0, max - CUT.length - FENCE_END.length).toWellFormed();
  const isFenceOpen = (kept.match(/^ {0,3}```/gm) ?? []).length % 2 === 1;
  return kept + (isFenceOpen ? FENCE_END : '') + CUT;
}

export function cutLine(text: string, max: number): string {
  return text.length <= max ? text : `${text.slice(0, max - 1).toWellFormed()}…`;
}
