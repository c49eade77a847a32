import type { Finding } from '../src/domain/finding.ts';
import type { GateRun, GateVerdict } from './gate.ts';
import type { Parsed, TestCounts } from './parsers/parsed.ts';
import { parserFor } from './parsers/parse.ts';
import { countTests } from './parsers/text-counts.ts';

/** The verdict on a tool that lists problems: a compiler, a linter. */
export function judgeProblems(run: GateRun): GateVerdict {
  const unfinished = judgeUnfinished(run);
  if (unfinished !== null) return unfinished;
  const parsed = parseRun(run);
  return parsed === null && lacksReport(run) ? WITHOUT_REPORT : problems(run, parsed?.findings ?? []);
}

/** The verdict on a tool that runs tests. Where no test ran there is nothing to pass. */
export function judgeTests(run: GateRun): GateVerdict {
  const unfinished = judgeUnfinished(run);
  if (unfinished !== null) return unfinished;
  const parsed = parseRun(run);
  if (parsed === null && lacksReport(run)) return WITHOUT_REPORT;
  const counts = parsed?.tests ?? (run.command.format === 'plain' ? null : countTests(run.output));
  return tests(run, parsed?.findings ?? [], counts);
}

/** The verdict where nobody knows what the tool is: by tests when its output counts any, by problems otherwise. */
export function judgeAnything(run: GateRun): GateVerdict {
  return judgeUnfinished(run) ?? (parseRun(run)?.tests ? judgeTests(run) : judgeProblems(run));
}

/** What is true of every tool that did not come to its own end; null when it did. */
export function judgeUnfinished(run: GateRun): GateVerdict | null {
  if (run.timedOut) return verdict('timed-out', 'ended by the time limit');
  if (run.exitCode === null) return verdict('error', 'ended without an exit code');
  const missing = missingTool(run);
  if (missing !== null)
    return verdict(
      'error',
      `${missing} is not installed in the sandbox: add it to the dependencies, or set the gate's command in .signalbox.yml`,
    );
  if (run.exitCode === 137) {
    return verdict('error', 'killed (exit code 137), most likely for want of memory: raise sandbox.memoryMb in .signalbox.yml');
  }
  return null;
}

/** 127 is the shell's own word for it; Python says it in a sentence. */
function missingTool(run: GateRun): string | null {
  if (run.exitCode === 127) return /([^\s:'"]+): (?:command )?not found/.exec(run.output)?.[1] ?? 'the command';
  const module = /^\S*python[\d.]*: No module named (\S+)$/m.exec(run.output)?.[1];
  return run.exitCode === 1 && module !== undefined ? module : null;
}

export const WITHOUT_REPORT: GateVerdict = verdict(
  'error',
  'the command succeeded without leaving its report, so nothing shows that it ran',
);

export function lacksReport(run: GateRun): boolean {
  return run.exitCode === 0 && run.command.mustReport === true;
}

/** Reports first: they are the tool's own words for a program. */
function parseRun(run: GateRun): Parsed | null {
  const parser = parserFor(run.command.format);
  if (parser === null) return null;
  const asked = run.command.mustReport === true;
  for (const text of [...run.reports.values(), ...(asked && run.exitCode === 0 ? [] : [run.stdout, run.output])]) {
    const parsed = parser(text, run.root);
    if (parsed !== null) return parsed;
  }
  return null;
}

function problems(run: GateRun, findings: readonly Finding[]): GateVerdict {
  const errors = findings.filter((finding) => finding.severity === 'error').length;
  const warnings = findings.filter((finding) => finding.severity === 'warning').length;
  const said = [errors > 0 ? count(errors, 'error') : '', warnings > 0 ? count(warnings, 'warning') : ''].filter(Boolean).join(' and ');
  if (run.exitCode === 0 && errors === 0) return verdict('passed', said === '' ? 'no problems found' : `${said}, no errors`, findings);
  return verdict('failed', said === '' ? `ended with exit code ${run.exitCode}` : said, findings);
}

function tests(run: GateRun, findings: readonly Finding[], counts: TestCounts | null): GateVerdict {
  const code = `ended with exit code ${run.exitCode}`;
  if (counts === null)
    return run.exitCode === 0
      ? verdict('passed', 'exit code 0; how many tests ran is not known', findings)
      : verdict('failed', code, findings);
  const ran = counts.passed + counts.failed;
  const skipped = counts.skipped > 0 ? `, ${counts.skipped} skipped` : '';
  if (counts.failed > 0) return verdict('failed', `${counts.failed} of ${count(ran, 'test')} failed${skipped}`, findings);
  if (ran === 0) return verdict('failed', `no test ran${skipped}${run.exitCode === 0 ? '' : ` (exit code ${run.exitCode})`}`, findings);
  if (run.exitCode !== 0) return verdict('failed', `${count(ran, 'test')} passed, but the command ${code}`, findings);
  return verdict('passed', `${count(ran, 'test')} passed${skipped}`, findings);
}

export function verdict(
  state: GateVerdict['state'],
  summary: string,
  findings: readonly Finding[] = [],
  coverage: number | null = null,
): GateVerdict {
  return { state, summary, findings, coverage };
}

export function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
