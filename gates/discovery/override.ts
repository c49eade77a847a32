import type { RepositorySettings } from '../../src/domain/repository-settings.ts';
import type { GateCommand } from '../gate.ts';
import { commandFor } from './command.ts';
import { judgeFilesOf } from './judge-files.ts';
import type { KnownGate } from './known-tools.ts';
import { namedFiles } from './named-files.ts';

export interface Override {
  readonly run: string;
  readonly format: string;
  readonly report: string | null;
  readonly required: boolean;
  readonly timeoutSeconds: number | null;
}

/** What `.signalbox.yml` says of a gate; null when it leaves the gate to be found. */
export function overrideOf(settings: RepositorySettings, name: string): Override | null {
  const entry = Object.hasOwn(settings.gates, name) ? settings.gates[name] : undefined;
  if (entry === undefined) return null;
  if (typeof entry === 'string') return { run: entry, format: 'auto', report: null, required: true, timeoutSeconds: null };
  return { ...entry, report: entry.report ?? null, timeoutSeconds: entry.timeoutSeconds ?? null };
}

/** The command that an override asks for. A format or report that it names is taken at its word. */
export function overrideCommand(gate: KnownGate | null, name: string, override: Override, paths: ReadonlySet<string>): GateCommand {
  const { run, format, report } = override;
  if (gate !== null && format === 'auto' && report === null) return commandFor(gate, run, run, paths);
  return {
    line: run,
    format,
    reports: report === null ? [] : [report],
    mustReport: report !== null,
    judgeFiles: [...judgeFilesOf(name), ...namedFiles(run, paths)],
  };
}
