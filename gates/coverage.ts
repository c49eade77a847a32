import type { Finding } from '../src/domain/finding.ts';
import type { RepositorySettings } from '../src/domain/repository-settings.ts';
import { findCommand } from './discovery/find-command.ts';
import type { Gate, GateRun, GateVerdict } from './gate.ts';
import { judgeUnfinished, lacksReport, verdict, WITHOUT_REPORT } from './judge.ts';
import type { Coverage, FileCoverage } from './parsers/coverage/coverage.ts';
import { parseCoverage } from './parsers/coverage/parse.ts';
import { parseCoverageText } from './parsers/coverage/text.ts';
import { makeFinding } from './parsers/finding.ts';

/** Files named when the coverage is too low, those with the most lines that never ran first. */
const MAX_FILES = 20;
const MAX_RANGES = 12;

export const coverage: Gate = {
  name: 'coverage',
  title: 'Coverage',
  missing: 'no coverage script, coverage package for the test runner, pytest-cov, go.mod or make target',
  find: (base, settings) => findCommand('coverage', base, settings),
  read,
};

function read(run: GateRun, settings: RepositorySettings): GateVerdict {
  const unfinished = judgeUnfinished(run);
  if (unfinished !== null) return unfinished;
  const measured = measure(run);
  if (measured === null && lacksReport(run)) return WITHOUT_REPORT;
  const wanted = settings.coverage.lines;
  if (measured === null) {
    return run.exitCode === 0
      ? verdict(
          'error',
          'no coverage in the output, nor in a report that is known: name the file with gates.coverage.report in .signalbox.yml',
        )
      : verdict('failed', `ended with exit code ${run.exitCode}, and measured nothing; the tests may have failed`);
  }
  const lines = Math.floor(measured.lines * 100) / 100;
  if (measured.lines < wanted) return verdict('failed', `${lines} % of lines, below ${wanted} %`, gaps(measured, run.root), lines);
  if (run.exitCode !== 0) return verdict('failed', `${lines} % of lines, but the command ended with exit code ${run.exitCode}`, [], lines);
  return verdict('passed', `${lines} % of lines, at least ${wanted} % wanted`, [], lines);
}

function measure(run: GateRun): Coverage | null {
  const module = /^(\S+) \/\S.*$/m.exec(run.stdout)?.[1] ?? null;
  for (const text of run.reports.values()) {
    const measured = parseCoverage(text, run.root, module);
    if (measured !== null) return measured;
  }
  return lacksReport(run) || run.command.format === 'plain' ? null : parseCoverageText(run.output);
}

function gaps(measured: Coverage, root: string): Finding[] {
  const worst = measured.files.filter((file) => file.hit < file.found).toSorted((a, b) => b.found - b.hit - (a.found - a.hit));
  return worst.slice(0, MAX_FILES).map((file) => gapFinding(file, root));
}

function gapFinding(file: FileCoverage, root: string): Finding {
  const ranges = rangesOf(file.missed);
  const shown = ranges.slice(0, MAX_RANGES).map(([from, to]) => (from === to ? `${from}` : `${from}-${to}`));
  const where = shown.length === 0 ? '' : `: lines ${shown.join(', ')}${ranges.length > MAX_RANGES ? ', …' : ''}`;
  const message = `${file.found - file.hit} of ${file.found} lines are never run by a test${where}`;
  return makeFinding(
    { severity: 'warning', path: file.path, line: ranges[0]?.[0], endLine: ranges[0]?.[1], rule: 'coverage', message },
    root,
  );
}

function rangesOf(lines: readonly number[]): [number, number][] {
  const ranges: [number, number][] = [];
  for (const line of lines) {
    const last = ranges.at(-1);
    if (last !== undefined && line === last[1] + 1) last[1] = line;
    else ranges.push([line, line]);
  }
  return ranges;
}
