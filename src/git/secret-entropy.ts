import type { SecretPlace } from './secret-lint.ts';

/** `name = "value"`, `"name": "value"`, `NAME=value`, `name := 'value'`. Bounded, so that no text makes it slow. */
const ASSIGNMENT = /(["'`]?)([A-Za-z_][\w.-]{0,60})\1[ \t]{0,20}(?::=|=>|[:=])[ \t]{0,20}(["'`]?)([A-Za-z0-9+/=_.~-]{16,512})(["'`]?)/g;
const SECRET_NAME =
  /secret|passw(or)?d|passwd|(^|[._-])pwd($|[._-])|token|credential|(api|private|access|auth|encryption|signing|client|master|service|account)[._-]?key/i;
const HARMLESS_NAME =
  /public|hash|digest|checksum|integrity|tokeni[sz]|(type|name|path|file|url|uri|id|ids|length|limit|count|header|field|label|selector)$/i;
const PLACEHOLDER =
  /(^|[^a-z])(example|sample|dummy|placeholder|change[_-]?me|your|test|testing|fake|mock|redacted|insert|todo|foo|bar)([^a-z]|$)|example|xxxx|(.)\4{5}/i;
const COUNTING = /0123456|1234567|abcdefg/i;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Files in which a value stands without quotes; elsewhere an unquoted word is a name in the program. */
const UNQUOTED_VALUES =
  /(^|\/)(\.env[^/]*|Dockerfile[^/]*|\.npmrc|\.pypirc|credentials)$|\.(env|ini|cfg|conf|properties|ya?ml|toml|tfvars|sh|bash|txt|md)$/i;
const LOCK_FILE =
  /(^|\/)(package-lock\.json|npm-shrinkwrap\.json|yarn\.lock|pnpm-lock\.yaml|Cargo\.lock|go\.sum|poetry\.lock|uv\.lock|Pipfile\.lock|composer\.lock|Gemfile\.lock)$/;

const PRIVATE_KEY =
  /-----BEGIN (?:[A-Z0-9]{1,12} ){0,3}PRIVATE KEY(?: BLOCK)?-----(?:\\[nr]|[\s"'`+,]){1,40}(?:[A-Za-z-]{1,20}: ?[^\n]{0,100}\s{1,4}){0,4}[A-Za-z0-9+/=]{40}/g;

/**
 * Our own rules, for what has no known shape: a value that looks random behind a name that says it is secret, and
 * private keys with a body. Tuned for few false alarms: a false alarm stops a task. Pure.
 */
export function findRandomSecrets(text: string, path: string): readonly SecretPlace[] {
  const places: SecretPlace[] = [];
  for (const match of text.matchAll(PRIVATE_KEY)) places.push({ ...linesOf(text, match.index, match[0].length), rule: 'private-key' });
  if (LOCK_FILE.test(path)) return places;
  for (const match of text.matchAll(ASSIGNMENT)) {
    const [whole, , name = '', open = '', value = '', close = ''] = match;
    const quoted = open !== '' && open === close;
    if (!quoted && !UNQUOTED_VALUES.test(path)) continue;
    if (!SECRET_NAME.test(name) || HARMLESS_NAME.test(name) || !looksRandom(value)) continue;
    places.push({ ...linesOf(text, match.index, whole.length), rule: 'random-value-of-secret-name' });
  }
  return places;
}

function looksRandom(value: string): boolean {
  if (PLACEHOLDER.test(value) || COUNTING.test(value) || UUID.test(value)) return false;
  if (/^[./~]|:\/\//.test(value)) return false;
  const parts = value.split(/[-_.~/=+]/).filter((part) => part !== '');
  // Words and numbers, as in a key of a translation or a name of a variable.
  if (parts.every((part) => /^([A-Za-z][a-z]*|[A-Z]+|\d{1,4}|v\d+)$/.test(part))) return false;
  if (!/\d/.test(value) || !/[A-Za-z]/.test(value)) return false;
  const hex = /^[0-9a-f]+$/i.test(value);
  return hex ? value.length >= 32 && entropy(value) >= 3 : entropy(value) >= 3.6;
}

/** Bits a character, by Shannon. */
function entropy(value: string): number {
  const counts = new Map<string, number>();
  for (const character of value) counts.set(character, (counts.get(character) ?? 0) + 1);
  return [...counts.values()].reduce((sum, count) => sum - (count / value.length) * Math.log2(count / value.length), 0);
}

function linesOf(text: string, index: number, length: number): { line: number; endLine: number } {
  const line = countLines(text, index);
  return { line, endLine: line + countLines(text.slice(index, index + length), length) - 1 };
}

function countLines(text: string, end: number): number {
  let lines = 1;
  for (let at = text.indexOf('\n'); at !== -1 && at < end; at = text.indexOf('\n', at + 1)) lines += 1;
  return lines;
}
