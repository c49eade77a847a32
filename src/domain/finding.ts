/** One thing a gate says about one place. What every tool's output becomes, and what every report is made from. */
export interface Finding {
  readonly severity: 'error' | 'warning' | 'notice';
  /** Relative to the repository's root, with forward slashes; null when it is about the repository as a whole. */
  readonly path: string | null;
  /** 1-based; null when the tool named no line. */
  readonly line: number | null;
  /** 1-based, inclusive; null when the finding is about one line. */
  readonly endLine: number | null;
  /** The tool's own name for it: `TS2345`, `no-unused-vars`, a test's full name. */
  readonly rule: string | null;
  readonly message: string;
}

export const GATE_STATES = ['queued', 'running', 'passed', 'failed', 'not-found', 'timed-out', 'error', 'cancelled'] as const;

/**
 * Where a gate stands. `failed`: the tool found fault. `not-found`: the repository has no such tool, so nothing was
 * judged, which is never shown as a pass. `error`: the tool could not be run. `cancelled`: the run ended before it.
 */
export type GateState = (typeof GATE_STATES)[number];

export interface GateResult {
  readonly gate: string;
  /** Whether a red result makes the pull request a draft. */
  readonly required: boolean;
  readonly state: GateState;
  /** One sentence: `41 tests passed`, `no test script in package.json`. */
  readonly summary: string;
  /** The command line as a person would type it; null when none was found. */
  readonly command: string | null;
  readonly findings: readonly Finding[];
  /** The end of the tool's own output, at most 64 KiB. */
  readonly log: string;
  /** Milliseconds. */
  readonly durationMs: number;
  /** Percent of lines, for the gates that measure it. */
  readonly coverage: number | null;
}

/** A gate is green only when it ran and found nothing. */
export function isGreen(result: Pick<GateResult, 'state'>): boolean {
  return result.state === 'passed';
}

/** A red required gate keeps the pull request a draft. A gate that the repository does not have is neither green nor red. */
export function isRed(result: Pick<GateResult, 'state' | 'required'>): boolean {
  return result.required && result.state !== 'passed' && result.state !== 'not-found';
}
