import { html } from 'hono/html';
import type { Html } from './html.ts';

/** Lines of a diff, each marked for the eye by its first character, which stays readable for everybody. */
export function diffLines(lines: readonly string[]): Html {
  return html`<pre class="diff">${lines.map((line) => html`<span class="${toneOf(line)}">${line}${'\n'}</span>`)}</pre>`;
}

function toneOf(line: string): string {
  if (line.startsWith('@@')) return 'place';
  if (line.startsWith('+') && !line.startsWith('+++ ')) return 'added';
  if (line.startsWith('-') && !line.startsWith('--- ')) return 'removed';
  return 'same';
}
