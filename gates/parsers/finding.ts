import type { Finding } from '../../src/domain/finding.ts';
import { cleanText } from './clean.ts';
import { relativePath } from './place.ts';

const MAX_MESSAGE_CHARS = 4096;
const MAX_RULE_CHARS = 200;
const MAX_LINE = 10_000_000;
/** What one gate reports at most; more is noise to a reader and to the forge. */
export const MAX_FINDINGS = 500;

export interface RawFinding {
  readonly severity?: Finding['severity'];
  readonly path?: string | null;
  readonly line?: number | null;
  readonly endLine?: number | null;
  readonly rule?: string | null;
  readonly message: string;
}

/** A finding that is fit to be shown: the path is inside the repository or null, the texts are clean and bounded. */
export function makeFinding(raw: RawFinding, root: string): Finding {
  const path = raw.path ? relativePath(raw.path, root) : null;
  const line = path === null ? null : lineNumber(raw.line);
  const endLine = line === null ? null : lineNumber(raw.endLine);
  const rule = raw.rule ? cut(cleanText(raw.rule).replace(/\s+/g, ' ').trim(), MAX_RULE_CHARS) : null;
  return {
    severity: raw.severity ?? 'error',
    path,
    line,
    endLine: endLine !== null && line !== null && endLine > line ? endLine : null,
    rule: rule === '' ? null : rule,
    message: cut(cleanText(raw.message).trim(), MAX_MESSAGE_CHARS) || '(no message)',
  };
}

function lineNumber(line: number | null | undefined): number | null {
  if (line === null || line === undefined || !Number.isInteger(line)) return null;
  return line >= 1 && line <= MAX_LINE ? line : null;
}

function cut(text: string, limit: number): string {
  if (text.length <= limit) return text;
  const end = text.slice(0, limit - 1);
  return `${end.isWellFormed() ? end : end.slice(0, -1)}…`;
}

/** Errors first, at most MAX_FINDINGS, with a note of how many were left out. */
export function boundFindings(findings: readonly Finding[]): readonly Finding[] {
  if (findings.length <= MAX_FINDINGS) return findings;
  const rank = { error: 0, warning: 1, notice: 2 };
  const kept = findings.toSorted((a, b) => rank[a.severity] - rank[b.severity]).slice(0, MAX_FINDINGS - 1);
  const left = findings.length - kept.length;
  return [...kept, makeFinding({ severity: 'notice', message: `${left} more findings are not shown` }, '/')];
}
