import type { GateCommand } from '../gate.ts';
import { judgeFilesOf } from './judge-files.ts';
import { instrument } from './known-tools.ts';
import type { KnownGate } from './known-tools.ts';
import { namedFiles } from './named-files.ts';

/** Where coverage tools leave their reports when nobody tells them otherwise. */
const USUAL_REPORTS: readonly string[] = [
  'coverage/lcov.info',
  'coverage/coverage-final.json',
  'coverage/coverage-summary.json',
  'coverage/cobertura-coverage.xml',
  'lcov.info',
  'coverage.xml',
  'cobertura.xml',
  'coverage.out',
  'cover.out',
];

/**
 * A command from a line that a person wrote. Where it is plainly one known tool it also gets that tool's
 * machine-readable reporter; otherwise it runs as it is and its output is recognised as far as that goes.
 */
export function commandFor(gate: KnownGate, line: string, shown: string, paths: ReadonlySet<string>): GateCommand {
  const known = instrument(line, gate);
  const fallback = gate === 'coverage' ? USUAL_REPORTS : [];
  return {
    line: known?.line ?? line,
    shown,
    format: known?.format ?? 'auto',
    reports: known === null || known.reports.length === 0 ? fallback : known.reports,
    mustReport: known !== null && known.reports.length > 0,
    judgeFiles: [...judgeFilesOf(gate), ...namedFiles(line, paths)],
  };
}
