/** Bodies of comments and pull requests; a longer one is answered 422. */
export const MAX_BODY = 65_536;

/** https://docs.github.com/en/rest/checks/runs#create-a-check-run: of `summary` and of `text`. */
export const MAX_CHECK_TEXT = 65_535;

/** Of pull requests and of what a check run shows as its title. */
export const MAX_TITLE = 255;

/** https://docs.github.com/en/rest/checks/runs#create-a-check-run: more of them need further updates. */
export const ANNOTATIONS_A_REQUEST = 50;

/** Our own: beyond it nobody reads them, and each fifty cost a write. */
export const MAX_ANNOTATIONS = 500;

/** Of one annotation's message; GitHub allows 64 KB. */
export const MAX_ANNOTATION_MESSAGE = 4_000;

const CUT = '\n\n*The rest was cut: it is longer than GitHub allows.*';
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
