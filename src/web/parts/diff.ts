import { html } from 'hono/html';
import { counted } from '../words.ts';
import type { Html } from './html.ts';

/** One file of a diff. */
export interface FileDiff {
  readonly path: string;
  readonly added: number;
  readonly removed: number;
  readonly lines: readonly string[];
}

const OPEN_LINES = 200;

/** A diff file by file, the large ones folded. */
export function fileDiffs(text: string): Html {
  const files = filesIn(text);
  const [added, removed] = [files.reduce((sum, file) => sum + file.added, 0), files.reduce((sum, file) => sum + file.removed, 0)];
  return html`<p class="note">${counted(files.length, 'file')}, ${counts(added, removed)}</p>
    <div class="gates diffs">
      ${files.map(
        (file) =>
          html`<details id="diff-${file.path}" ${file.lines.length <= OPEN_LINES ? 'open' : ''}>
            <summary><code class="said">${file.path}</code> <span class="result">${counts(file.added, file.removed)}</span></summary>
            ${diffLines(file.lines)}
          </details>`,
      )}
    </div>`;
}

/** What git writes, taken apart. What stands before a file's first change is left out, where it says nothing. Pure. */
export function filesIn(text: string): FileDiff[] {
  return text
    .split(/^(?=diff --git )/m)
    .filter((part) => part.startsWith('diff --git '))
    .map((part) => {
      const lines = part.replace(/\n$/, '').split('\n');
      const start = lines.findIndex((line) => line.startsWith('@@'));
      const head = start < 0 ? lines.slice(1) : lines.slice(1, start);
      const body = start < 0 ? head : lines.slice(start);
      return {
        path: pathIn(lines[0]!, head),
        added: body.filter((line) => toneOf(line) === 'added').length,
        removed: body.filter((line) => toneOf(line) === 'removed').length,
        lines: body,
      };
    });
}

/** Lines of a diff, each marked for the eye by its first character, which stays readable for everybody. */
export function diffLines(lines: readonly string[]): Html {
  return html`<pre class="diff">${lines.map((line) => html`<span class="${toneOf(line)}">${line}${'\n'}</span>`)}</pre>`;
}

function pathIn(first: string, head: readonly string[]): string {
  const named = [...head].toReversed().find((line) => /^(\+\+\+ "?b|--- "?a)\//.test(line));
  return named === undefined ? first.replace(/^diff --git .* "?b\//, '') : named.replace(/^(\+\+\+|---) ("?)[ab]\//, '$2');
}

function counts(added: number, removed: number): Html {
  return html`<span class="plus">+${added}</span> <span class="minus">−${removed}</span>`;
}

function toneOf(line: string): string {
  if (line.startsWith('@@')) return 'place';
  if (line.startsWith('+')) return 'added';
  return line.startsWith('-') ? 'removed' : 'same';
}
