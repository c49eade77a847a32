export interface Word {
  /** Without its quotes. */
  readonly text: string;
  /** Where it ends in the line. */
  readonly end: number;
}

const WORD = /(?:"(?:[^"\\`$]|\\.)*"|'[^']*'|\\[^\n]|[^\s"'\\;&|<>()`$#]|(?<=\S)#)+/y;

/** The words of a line that is one simple command; null when it is more: operators, redirections, substitutions, comments. */
export function simpleCommand(line: string): readonly Word[] | null {
  const words: Word[] = [];
  let at = 0;
  while (at < line.length) {
    if (/[ \t]/.test(line.charAt(at))) {
      at += 1;
      continue;
    }
    WORD.lastIndex = at;
    const match = WORD.exec(line);
    if (match === null) return null;
    at = WORD.lastIndex;
    words.push({ text: unquote(match[0]), end: at });
  }
  return words.length === 0 ? null : words;
}

function unquote(raw: string): string {
  return raw.replace(
    /"((?:[^"\\]|\\.)*)"|'([^']*)'|\\(.)/g,
    (_, double: string | undefined, single: string | undefined, one: string | undefined) =>
      double === undefined ? (single ?? one ?? '') : double.replace(/\\(.)/g, '$1'),
  );
}

/** The line with `more` behind its word number `index`. */
export function insertAfter(line: string, words: readonly Word[], index: number, more: string): string {
  const end = words[index]?.end ?? line.length;
  return `${line.slice(0, end)} ${more}${line.slice(end)}`;
}

/** The index of the program in a simple command, behind assignments and launchers. */
export function programIndex(words: readonly Word[]): number {
  let at = 0;
  while (at < words.length - 1) {
    const text = words[at]?.text ?? '';
    const next = words[at + 1]?.text ?? '';
    if (/^[A-Za-z_]\w*=/.test(text) || text === 'cross-env' || text === 'env' || text === 'npx' || text === 'exec') at += 1;
    else if (/^(pnpm|yarn|npm|uv|poetry)$/.test(text) && /^(exec|run)$/.test(next) && !/^(npm|pnpm|yarn)$/.test(next === 'run' ? text : ''))
      at += 2;
    else if (/^python3?$/.test(text) && next === '-m') at += 2;
    else break;
  }
  return at;
}
