import type { Finding } from '../../src/domain/finding.ts';
import { linesOf } from './clean.ts';
import { makeFinding } from './finding.ts';
import type { Parsed } from './parsed.ts';

const ROW = /^\s+(\d+):\d+\s+(error|warning)\s+(\S.*)$/;

/** ESLint's default output: a file's path on a line of its own, then its problems, indented. */
export function parseEslintStylish(text: string, root: string): Parsed | null {
  const findings: Finding[] = [];
  let path: string | null = null;
  for (const line of linesOf(text)) {
    const row = ROW.exec(line);
    if (row === null) {
      if (/^\S/.test(line)) path = line.trim();
      continue;
    }
    if (path === null) continue;
    const [, number, severity, rest = ''] = row;
    const cells = rest.trimEnd().split(/\s{2,}/);
    const rule = cells.length > 1 ? (cells.at(-1) ?? null) : null;
    const message = rule === null ? rest : cells.slice(0, -1).join(' ');
    findings.push(makeFinding({ severity: severity === 'error' ? 'error' : 'warning', path, line: Number(number), rule, message }, root));
  }
  return findings.length === 0 ? null : { findings, tests: null };
}
