/** Gitea's `WORK_IN_PROGRESS_PREFIXES`. */
const PREFIXES = ['wip:', '[wip]'];

/** A pull request is a draft by its title alone. */
export function isDraftTitle(title: string): boolean {
  return PREFIXES.some((prefix) => title.toLowerCase().startsWith(prefix));
}
