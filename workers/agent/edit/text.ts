/** Lines shown around a change. */
const AROUND = 4;

/** With line numbers, as `cat -n` prints them. `first` and `last` are 1-based and inclusive. */
export function numbered(lines: readonly string[], first: number, last: number): string {
  return lines
    .slice(first - 1, last)
    .map((line, index) => `${String(first + index).padStart(6)}\t${line}`)
    .join('\n');
}

/** A text's lines; a line break at the very end does not begin another one. */
export function linesOf(text: string): string[] {
  const lines = text.split('\n');
  if (lines.at(-1) === '') lines.pop();
  return lines;
}

export type Change = { readonly text: string; readonly firstLine: number; readonly lastLine: number } | { readonly problem: string };

/** Replaces the one place where `before` stands. In a file with CRLF line ends, `before` may be given with LF. */
export function replaceOnce(text: string, before: string, after: string): Change {
  if (before === '') return { problem: 'old_str is empty; use insert or create' };
  if (before === after) return { problem: 'old_str and new_str are the same, so nothing would change' };
  const places = placesOf(text, before);
  if (places.length === 0 && text.includes('\r\n') && !before.includes('\r')) {
    const crlf = before.replaceAll('\n', '\r\n');
    if (text.includes(crlf)) return replaceOnce(text, crlf, after.replaceAll('\n', '\r\n'));
  }
  if (places.length === 0) return { problem: 'old_str was not found; it has to match exactly, with all white space' };
  if (places.length > 1)
    return {
      problem: `old_str stands in ${places.length} places (lines ${places.map((at) => lineAt(text, at)).join(', ')}); give more of the text around the one that you mean`,
    };
  const at = places[0]!;
  const changed = text.slice(0, at) + after + text.slice(at + before.length);
  return { text: changed, firstLine: lineAt(changed, at), lastLine: lineAt(changed, at + after.length) };
}

/** Puts `inserted` after line `after`; 0 is before the first. */
export function insertAfter(text: string, after: number, inserted: string): Change {
  const lines = linesOf(text);
  if (after > lines.length) return { problem: `insert_line is ${after}, but the file has ${lines.length} lines` };
  const added = linesOf(inserted);
  const changed = [...lines.slice(0, after), ...added, ...lines.slice(after)].join('\n');
  const isEnded = text === '' || text.endsWith('\n') || (after === lines.length && inserted.endsWith('\n'));
  return { text: isEnded ? `${changed}\n` : changed, firstLine: after + 1, lastLine: after + added.length };
}

/** The changed lines with a few around them. */
export function around(change: { text: string; firstLine: number; lastLine: number }): string {
  return numbered(linesOf(change.text), Math.max(1, change.firstLine - AROUND), change.lastLine + AROUND);
}

/** Where `part` begins, each time, overlaps included. */
function placesOf(text: string, part: string): number[] {
  const places: number[] = [];
  for (let at = text.indexOf(part); at !== -1 && places.length < 20; at = text.indexOf(part, at + 1)) places.push(at);
  return places;
}

function lineAt(text: string, offset: number): number {
  return text.slice(0, offset).split('\n').length;
}
