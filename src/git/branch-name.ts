const MAX_LENGTH = 50;

/**
 * The branch for an issue: `agent/<issue>-<slug of its title>`, at most 50 characters, or with a number behind it
 * where that name is taken. Without an issue: `agent/work-<slug>`. `existing` are the repository's branches that are not this task's. Pure.
 */
export function branchName(issue: number | null, title: string, existing: ReadonlySet<string> = new Set()): string {
  // git keeps branches as paths: where a branch `agent` exists, none can be below it.
  const folder = existing.has('agent') ? 'agent-' : 'agent/';
  const stem = `${folder}${issue ?? 'work'}`;
  for (let attempt = 1; ; attempt += 1) {
    const suffix = attempt === 1 ? '' : `-${attempt}`;
    const slug = slugOf(title, MAX_LENGTH - stem.length - suffix.length - 1);
    const name = `${stem}${slug === '' ? '' : `-${slug}`}${suffix}`;
    if (!isTaken(name, existing)) return name;
  }
}

function isTaken(name: string, existing: ReadonlySet<string>): boolean {
  // Case-insensitively, because refs are files on many machines that will fetch them.
  const wanted = name.toLowerCase();
  return [...existing].some((branch) => branch.toLowerCase() === wanted || branch.toLowerCase().startsWith(`${wanted}/`));
}

/** Lower-case ASCII letters, digits and single dashes: nothing of a title can be a special part of a ref. */
function slugOf(title: string, maxLength: number): string {
  const words = title
    .normalize('NFKD')
    .replace(/[\u0300-\u036f]/g, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '');
  if (words.length <= maxLength) return words;
  const cut = words.slice(0, Math.max(0, maxLength));
  const lastDash = words[maxLength] === '-' ? cut.length : cut.lastIndexOf('-');
  return (lastDash > 10 ? cut.slice(0, lastDash) : cut).replace(/-+$/, '');
}
