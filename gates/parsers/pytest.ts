import type { Finding } from '../../src/domain/finding.ts';
import { linesOf } from './clean.ts';
import { makeFinding } from './finding.ts';
import type { Parsed } from './parsed.ts';

const SUMMARY = /^(FAILED|ERROR) ([^\s:]+)(?:::(\S+))?(?: - (.*))?$/;
const HEADER = /^_{3,} (?:ERROR at (?:setup|teardown) of )?(.+?) _{3,}$/;
const PLACE = /^([^\s:]+\.py):(\d+): /;
const TOTAL = /^(?:=+ )?(?=.*(?:passed|failed|error|skipped|no tests ran)).* in [\d.]+s(?: \([\d:]+\))?(?: =+)?$/;

/** pytest's own text: the short summary names the tests, the sections above it hold the lines. */
export function parsePytest(text: string, root: string): Parsed | null {
  const findings: Finding[] = [];
  const places = new Map<string, { path: string; line: number }>();
  let section: string | null = null;
  let total: string | null = null;
  for (const line of linesOf(text)) {
    section = HEADER.exec(line)?.[1] ?? section;
    const place = PLACE.exec(line);
    if (place !== null && section !== null) places.set(section, { path: place[1] ?? '', line: Number(place[2]) });
    const row = SUMMARY.exec(line);
    if (row !== null) findings.push(rowFinding(row, places, root));
    if (TOTAL.test(line)) total = line;
  }
  if (total === null) return null;
  const failed = count(total, 'failed') + count(total, 'errors?');
  return { findings, tests: { passed: count(total, 'passed') + count(total, 'xpassed'), failed, skipped: count(total, 'skipped') } };
}

function rowFinding(row: RegExpExecArray, places: ReadonlyMap<string, { path: string; line: number }>, root: string): Finding {
  const [, kind, file = '', test, message] = row;
  const place = test === undefined ? undefined : places.get(test.replaceAll('::', '.'));
  return makeFinding(
    {
      path: place?.path ?? file,
      line: place?.line,
      rule: test ?? null,
      message: message ?? (kind === 'ERROR' ? 'error while collecting' : 'failed'),
    },
    root,
  );
}

function count(total: string, word: string): number {
  return Number(new RegExp(`(?<![\\w.])(\\d+) ${word}\\b`).exec(total)?.[1] ?? 0);
}
