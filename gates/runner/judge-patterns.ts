import { basename } from 'node:path/posix';

/** `GateCommand.judgeFiles`, taken apart. */
export interface JudgePatterns {
  /** Whether the base branch's file at this path is restored. */
  matches(path: string): boolean;
  /** Whether a file at this path goes when the base branch does not have it. */
  removesAdded(path: string): boolean;
  /** File names, `*` allowed, for a search. */
  readonly names: readonly string[];
}

export function judgePatterns(entries: readonly string[]): JudgePatterns {
  const exact = new Set(entries.filter((entry) => entry.startsWith('./')).map((entry) => entry.slice(2)));
  const everywhere = entries.filter((entry) => entry.startsWith('**/')).map((entry) => entry.slice(3));
  const plain = entries.filter((entry) => !entry.includes('/'));
  const isEverywhere = nameTest(everywhere);
  const isPlain = nameTest(plain);
  return {
    matches: (path) => exact.has(path) || isPlain(basename(path)) || isEverywhere(basename(path)),
    removesAdded: (path) => exact.has(path) || isEverywhere(basename(path)) || (!path.includes('/') && isPlain(path)),
    names: [...new Set([...everywhere, ...plain, ...[...exact].map((path) => basename(path))])],
  };
}

function nameTest(names: readonly string[]): (name: string) => boolean {
  const sources = names.map((name) => name.split('*').map(escapeForPattern).join('.*'));
  const pattern = new RegExp(`^(?:${sources.join('|') || '(?!)'})$`, 's');
  return (name) => pattern.test(name);
}

function escapeForPattern(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
