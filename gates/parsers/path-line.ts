import type { Finding } from '../../src/domain/finding.ts';
import { linesOf } from './clean.ts';
import { makeFinding } from './finding.ts';
import type { RawFinding } from './finding.ts';
import type { Parsed } from './parsed.ts';

const PLACE = /^\s*(?:vet: )?((?:[a-zA-Z]:)?[^\s:()[\]][^:]*):(\d+)(?::(\d+))?(?: -|:) (\S.*)$/;
const LEVEL = /^(fatal error|error|warning|note|information)(?:\[([\w-]+)\])?: (.*)$/i;
/** ruff marks with `[*]` what it could fix itself. */
const CODE = /^([A-Z]{1,4}\d{2,5}) (?:\[\*\] )?(.*)$/;

/** The line that most tools print, `path:line:col: message`: go vet, go build, ruff, flake8, mypy, pyright, gcc, oxlint's unix form. */
export function parsePathLine(text: string, root: string): Parsed | null {
  const findings: Finding[] = [];
  for (const line of linesOf(text)) {
    const raw = rowOf(line);
    if (raw === null) continue;
    const finding = makeFinding(raw, root);
    if (finding.path !== null) findings.push(finding);
  }
  return findings.length === 0 ? null : { findings, tests: null };
}

function rowOf(line: string): RawFinding | null {
  const match = PLACE.exec(line);
  if (match === null) return null;
  const [, path = '', number, , rest = ''] = match;
  if (!/[./]/.test(path)) return null;
  return { path, line: Number(number), ...sayingOf(rest) };
}

function sayingOf(rest: string): Pick<RawFinding, 'severity' | 'rule' | 'message'> {
  const level = LEVEL.exec(rest);
  if (level !== null) {
    const [, word = '', code, message = ''] = level;
    // mypy and pyright name their rule behind the message.
    const tail = /^(.*?)\s+[[(]([\w-]+)[\])]$/.exec(message);
    return { severity: severityOf(word), rule: code ?? tail?.[2] ?? null, message: tail?.[1] ?? message };
  }
  const code = CODE.exec(rest);
  if (code !== null) return { rule: code[1], message: code[2] ?? '' };
  const unix = /^(.*) \[(Error|Warning)(?:\/(.+))?\]$/.exec(rest);
  if (unix !== null) return { severity: severityOf(unix[2] ?? ''), rule: unix[3] ?? null, message: unix[1] ?? '' };
  return { rule: null, message: rest };
}

function severityOf(word: string): Finding['severity'] {
  const lower = word.toLowerCase();
  if (lower.includes('error')) return 'error';
  return lower === 'warning' ? 'warning' : 'notice';
}
