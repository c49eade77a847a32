/** What a reader sees of a piece of HTML: its text. Comments, tags and attributes go; a picture stays as a word. */
export function visibleTextOfHtml(html: string): string {
  let visible = '';
  for (let at = 0; at < html.length;) {
    const open = html.indexOf('<', at);
    if (open === -1) return visible + html.slice(at);
    visible += html.slice(at, open);
    if (html.startsWith('<!--', open)) {
      at = endOf(html, '-->', open + 2);
    } else if (/[a-z/!?]/i.test(html[open + 1] ?? '')) {
      if (/^<img\b/i.test(html.slice(open, open + 5))) visible += '[image]';
      at = endOfTag(html, open + 1);
    } else {
      visible += '<';
      at = open + 1;
    }
  }
  return visible;
}

function endOf(html: string, mark: string, from: number): number {
  const found = html.indexOf(mark, from);
  return found === -1 ? html.length : found + mark.length;
}

/** The place after the tag's `>`, which does not count inside quotes. */
function endOfTag(html: string, from: number): number {
  let quote: string | null = null;
  for (let at = from; at < html.length; at++) {
    const character = html[at]!;
    if (quote !== null) {
      if (character === quote) quote = null;
    } else if (character === '"' || character === "'") {
      quote = character;
    } else if (character === '>') {
      return at + 1;
    }
  }
  return html.length;
}
