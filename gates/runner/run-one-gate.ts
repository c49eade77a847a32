import type { Finding, GateResult } from '../../src/domain/finding.ts';
import type { RepositorySettings } from '../../src/domain/repository-settings.ts';
import type { ExecResult, Sandbox } from '../../src/sandbox/sandbox.ts';
import type { BaseFiles, GateCommand, GateVerdict } from '../gate.ts';
import { verdict } from '../judge.ts';
import { boundFindings, makeFinding } from '../parsers/finding.ts';
import type { ResolvedGate } from '../profiles.ts';
import { logTail } from './log.ts';
import { clearReports, readReports } from './reports.ts';
import { restoreJudges } from './restore-judges.ts';
import type { Restored } from './restore-judges.ts';
import { REPOSITORY_FOLDER, runOwn } from './sandbox-shell.ts';

const MAX_OUTPUT_BYTES = 16 * 1024 * 1024;
const MAX_RESTORED = 50;

export interface Bench {
  readonly sandbox: Sandbox;
  readonly base: BaseFiles;
  readonly settings: RepositorySettings;
  /** The operator's limit for one gate, milliseconds. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

/** Restores the judges, runs the command, reads its reports, and says what came of it. */
export async function runOneGate(resolved: ResolvedGate, command: GateCommand, bench: Bench): Promise<Partial<GateResult>> {
  const { sandbox, base, settings, signal } = bench;
  const restored = await restoreJudges(sandbox, base, command.judgeFiles ?? [], signal);
  if (restored.blocked.length > 0) return settled(blockedVerdict(restored), restored, null);
  const root = (await runOwn(sandbox, ['bash', '-c', 'pwd -P'], '', signal)).stdout.trimEnd();
  const reportPaths = command.reports ?? [];
  await clearReports(sandbox, reportPaths, signal);
  const timeoutMs = Math.min(resolved.timeoutMs ?? bench.timeoutMs, bench.timeoutMs);
  const result = await execute(command, timeoutMs, sandbox, signal);
  const reports = result.timedOut ? new Map<string, string>() : await readReports(sandbox, reportPaths, signal);
  const run = {
    command,
    root,
    reports,
    exitCode: result.exitCode,
    timedOut: result.timedOut,
    stdout: result.stdout,
    output: result.output,
  };
  const said = result.timedOut ? timeoutVerdict(resolved, timeoutMs) : resolved.gate.read(run, settings);
  return settled(strictly(resolved, said, result), restored, result);
}

/** The tools that the repository installed come first in PATH, as `npm run` and an activated venv have it. */
function execute(command: GateCommand, timeoutMs: number, sandbox: Sandbox, signal: AbortSignal): Promise<ExecResult> {
  const line = `export PATH="$PWD/node_modules/.bin:$PWD/.venv/bin:$PATH"\n${command.line}`;
  const env = { NO_COLOR: '1' };
  return sandbox.exec({ argv: ['bash', '-c', line], cwd: REPOSITORY_FOLDER, env, timeoutMs, maxOutputBytes: MAX_OUTPUT_BYTES }, signal);
}

/** Whatever a gate's reader says: an exit code that is not 0 is no pass, and where warnings count they count. */
function strictly(resolved: ResolvedGate, said: GateVerdict, result: ExecResult): GateVerdict {
  if (said.state !== 'passed') return said;
  if (result.exitCode !== 0) return { ...said, state: 'failed', summary: `ended with exit code ${result.exitCode}` };
  const warned = resolved.warningsFail && said.findings.some((finding) => finding.severity === 'warning');
  return warned ? { ...said, state: 'failed', summary: `${said.summary}; in the strict profile warnings are errors` } : said;
}

function timeoutVerdict(resolved: ResolvedGate, timeoutMs: number): GateVerdict {
  const own = resolved.timeoutMs === timeoutMs;
  const whose = own ? `gates.${resolved.gate.name}.timeoutSeconds in .signalbox.yml` : 'the limit that the operator set for a gate';
  return verdict('timed-out', `ended after ${timeoutMs / 1000} s: ${whose}`);
}

function blockedVerdict(restored: Restored): GateVerdict {
  const findings = restored.blocked.map((path) =>
    makeFinding({ path, message: `${path} judges this gate, and a folder on the way to it is a symbolic link now` }, '/'),
  );
  return verdict('failed', 'not run: the branch put a symbolic link where a file that judges it must be', findings);
}

function settled(said: GateVerdict, restored: Restored, result: ExecResult | null): Partial<GateResult> {
  return {
    state: said.state,
    summary: said.summary,
    findings: [...boundFindings(said.findings), ...restoredFindings(restored.changed)],
    coverage: said.coverage,
    log: result === null ? '' : logTail(result.output),
    durationMs: result?.durationMs ?? 0,
  };
}

/** Beside the tool's own findings, however many these are: that the judges were changed is never left out. */
function restoredFindings(paths: readonly string[]): Finding[] {
  const findings = paths.slice(0, MAX_RESTORED).map((path) => {
    const message = `judged with the base branch's ${path}: a branch does not change what judges it`;
    return makeFinding({ severity: 'warning', path, rule: 'judge-file', message }, '/');
  });
  const left = paths.length - findings.length;
  const more = { severity: 'warning', rule: 'judge-file', message: `judged with ${left} more files of the base branch` } as const;
  return left > 0 ? [...findings, makeFinding(more, '/')] : findings;
}
