const MAX_TITLE = 72;
const MAX_SUMMARY = 10_000;

export interface MessageParts {
  /** The agent's words, as are those of the summary. */
  readonly title: string;
  readonly summary: string;
  /** Who asked, with the email address to credit. */
  readonly coAuthor: { readonly name: string; readonly email: string } | null;
}

/**
 * The commit message. What a model wrote may inform people and nothing else: it cannot forge a trailer (a sign-off, a
 * co-author), turn off the checks with `[skip ci]`, or hide text in invisible characters. Pure.
 */
export function commitMessage({ title, summary, coAuthor }: MessageParts): string {
  const subject = oneLine(defuse(title)).slice(0, MAX_TITLE).trim() || 'Change made by an agent';
  const body = defuse(summary).slice(0, MAX_SUMMARY).split('\n').map(withoutTrailer).join('\n').trim();
  const credit = coAuthor === null ? '' : `Co-authored-by: ${identityPart(coAuthor.name)} <${identityPart(coAuthor.email)}>`;
  return `${[withoutTrailer(subject), body, credit].filter((part) => part !== '').join('\n\n')}\n`;
}

/** What git takes as a name or an address: nothing that ends the header. */
export function identityPart(text: string): string {
  return oneLine(visible(text)).replace(/[<>]/g, '').trim() || 'unknown';
}

function defuse(text: string): string {
  return visible(text)
    .replace(/\[\s*(skip ci|ci skip|no ci|skip actions|actions skip|skip checks)\s*\]/gi, '($1)')
    .replace(/\*{3}NO_CI\*{3}/gi, 'NO_CI');
}

/** A trailer in git's own grammar, or as forges read it; quoted it is only text. */
function withoutTrailer(line: string): string {
  return /^\s*([A-Za-z][\w-]*-(by|to|from|checks)|cc|change-id|bug|reported|closes-issue)\s*[:=]/i.test(line) ? `> ${line.trim()}` : line;
}

function visible(text: string): string {
  return text
    .replace(/\r\n?/g, '\n')
    .replace(/(?!\n|\t)[\p{Cc}\p{Cf}\p{Co}]/gu, '')
    .replace(/[\p{Zl}\p{Zp}]/gu, '\n');
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}
