/** Characters that HFS+ ignores in a name, so that `.g\u200cit` is `.git` there. */
const IGNORED_BY_HFS = /[\u200c-\u200f\u202a-\u202e\u206a-\u206f\ufeff]/gu;

/** Whether a part of a path is `.git` on any of the file systems that people check out on; git refuses such paths. */
export function isGitLikeName(part: string): boolean {
  const name = part.replace(IGNORED_BY_HFS, '').toLowerCase();
  const onWindows = name.split(/[:\\]/).map((piece) => piece.replace(/[. ]+$/, ''));
  return onWindows.some((piece) => piece === '.git' || piece === 'git~1');
}

/** Whether any part of a path is such a name. */
export function hasGitLikeName(path: string): boolean {
  return path.split('/').some(isGitLikeName);
}
