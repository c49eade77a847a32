import type { Finding } from '../domain/finding.ts';
import { addedLines, type IsAdded } from './added-lines.ts';
import { showPath, type ChangedFile } from './changed-file.ts';
import { forbiddenValues, type ForbiddenValues } from './forbidden-values.ts';
import type { Git, GitCall } from './git.ts';
import type { Mirror } from './mirror.ts';
import { findRandomSecrets } from './secret-entropy.ts';
import { lintForSecrets, type SecretPlace } from './secret-lint.ts';

export interface ScanWish {
  readonly mirror: Mirror;
  /** Commits or trees; `files` are what differs between them. */
  readonly from: string;
  readonly to: string;
  readonly files: readonly ChangedFile[];
  /** What else will be published: the title, the summary, the branch. Name → text. */
  readonly texts: Readonly<Record<string, string>>;
  /** The operator's own secrets, which must appear nowhere, as they are or in base64. */
  readonly forbidden: readonly string[];
}

/** A larger file is not read, and is a finding, because it was not looked at. */
const MAX_BYTES = 16 * 1024 * 1024;

/**
 * Everything in a change that looks like a secret: what it adds, not what was there before. A finding has the path, the
 * line and the rule, and never the secret; one whose path is the secret has no path.
 */
export async function scanForSecrets(git: Git, wish: ScanWish, signal?: AbortSignal): Promise<readonly Finding[]> {
  const forbidden = forbiddenValues(wish.forbidden);
  const findings: Finding[] = [];
  for (const [name, text] of Object.entries(wish.texts)) {
    const places = await placesIn(text, 'text.txt', forbidden);
    if (places.length > 0) findings.push(finding(null, null, places[0]?.rule ?? '', `The ${name} holds what looks like a secret.`));
  }
  for (const file of wish.files) {
    if (file.blob === null || file.mode === '160000') continue;
    signal?.throwIfAborted();
    findings.push(...(await scanFile(git, wish, file, forbidden, signal)));
  }
  return findings;
}

async function scanFile(
  git: Git,
  wish: ScanWish,
  file: ChangedFile,
  forbidden: ForbiddenValues,
  signal: AbortSignal | undefined,
): Promise<Finding[]> {
  const named = file.status === 'added' ? await placesIn(file.path, 'text.txt', forbidden) : [];
  if (named.length > 0) return [finding(null, null, named[0]?.rule ?? '', 'The name of a file holds what looks like a secret.')];

  const path = showPath(file.path);
  const call: GitCall = { gitDir: wish.mirror.dir, signal };
  const { stdout, truncated } = await git.ok(['cat-file', 'blob', file.blob ?? ''], { ...call, maxOutputBytes: MAX_BYTES, truncate: true });
  if (truncated) return [finding(path, null, 'too-large-to-scan', 'The file is too large to be looked through for secrets.')];
  if (stdout.subarray(0, 8_000).includes(0)) {
    // Without its zeroes, text in UTF-16 reads as plain text.
    const places = await placesIn(stdout.toString('latin1').replaceAll('\0', ''), file.path, forbidden);
    return places.slice(0, 1).map(({ rule }) => finding(path, null, rule, 'The file holds what looks like a secret.'));
  }
  const places = await placesIn(stdout.toString('utf8'), file.path, forbidden);
  if (places.length === 0) return [];
  const isAdded = await addedLines(git, wish.from, wish.to, file, call);
  return onePerLine(places, isAdded).map(({ line, rule }) => finding(path, line, rule, 'This looks like a secret.'));
}

async function placesIn(text: string, path: string, forbidden: ForbiddenValues): Promise<SecretPlace[]> {
  return [...forbidden.findIn(text), ...(await lintForSecrets(text)), ...findRandomSecrets(text, path)];
}

function onePerLine(places: readonly SecretPlace[], isAdded: IsAdded): SecretPlace[] {
  const byLine = new Map<number, SecretPlace>();
  for (const place of places) {
    if (!byLine.has(place.line) && isAdded(place.line, place.endLine)) byLine.set(place.line, place);
  }
  return [...byLine.values()].sort((a, b) => a.line - b.line);
}

function finding(path: string | null, line: number | null, rule: string, message: string): Finding {
  return { severity: 'error', path, line, endLine: null, rule, message };
}
