import type { Finding } from '../../src/domain/finding.ts';
import { linesOf } from './clean.ts';
import { makeFinding } from './finding.ts';
import type { Parsed } from './parsed.ts';

const RESULT = /^test result: \w+\. (\d+) passed; (\d+) failed; (\d+) ignored;/;
const FAILED = /^test (\S+)(?: - .*)? \.\.\. FAILED$/;
const SECTION = /^---- (\S+) stdout ----$/;
const PANIC = /panicked at ([^\s:]+):(\d+):\d+:?$/;

/** The text of Rust's test harness. */
export function parseRustTest(text: string, root: string): Parsed | null {
  const failed: string[] = [];
  const sections = new Map<string, string[]>();
  const counts = { passed: 0, failed: 0, skipped: 0 };
  let section: string[] | null = null;
  let results = 0;
  for (const line of linesOf(text)) {
    const name = FAILED.exec(line)?.[1];
    if (name !== undefined) failed.push(name);
    const result = RESULT.exec(line);
    if (result !== null) {
      results += 1;
      counts.passed += Number(result[1]);
      counts.failed += Number(result[2]);
      counts.skipped += Number(result[3]);
    }
    const opened = SECTION.exec(line)?.[1];
    if (opened !== undefined) {
      section = [];
      sections.set(opened, section);
    } else if (/^(failures:|stack backtrace:)$/.test(line)) section = null;
    else section?.push(line);
  }
  if (results === 0) return null;
  return { findings: failed.map((name) => testFinding(name, sections.get(name) ?? [], root)), tests: counts };
}

function testFinding(name: string, lines: readonly string[], root: string): Finding {
  const place = PANIC.exec(lines.find((line) => PANIC.test(line)) ?? '');
  return makeFinding({ path: place?.[1], line: Number(place?.[2]), rule: name, message: lines.join('\n').trim() || 'failed' }, root);
}
