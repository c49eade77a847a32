import type { Finding } from '../src/domain/finding.ts';
import type { RepositorySettings } from '../src/domain/repository-settings.ts';

/**
 * One judgement over a tree. A gate knows how to find its command in a repository and how to read that command's
 * output; running it is the runner's, in a sandbox, on a fresh checkout of the commit to be judged.
 *
 * `find` reads the BASE branch only, so that the judged cannot change the judge, and runs nothing. null means that
 * the repository has no such tool; the result is then `not-found`, which is never a pass. `read` is pure: the same
 * output gives the same verdict, and output that it cannot parse still leaves the exit code's verdict with the log.
 */
export interface Gate {
  /** Lower case, as in a check's name: `typecheck`. */
  readonly name: string;
  /** For people: `Type check`. */
  readonly title: string;
  /** What is missing, for the summary of a gate that was not found: `no typecheck script, tsconfig.json, …`. */
  readonly missing: string;
  find(base: BaseFiles, settings: RepositorySettings): Promise<GateCommand | null>;
  read(run: GateRun, settings: RepositorySettings): GateVerdict;
}

/** The base branch's files. null: there is none. Larger than 1 MiB counts as none. */
export interface BaseFiles {
  read(path: string): Promise<string | null>;
  /** Every path in the tree, with forward slashes. */
  list(): Promise<readonly string[]>;
}

export interface GateCommand {
  /** A shell line, run by `bash -c` at the repository's root (or `cwd`), taken from the base branch or from a known tool. */
  readonly line: string;
  /** As a person would type it, for reports; `line` itself when left out. */
  readonly shown?: string;
  readonly cwd?: string;
  /** Report files that the command writes, relative to the root; read back after the run. */
  readonly reports?: readonly string[];
  /**
   * Files that steer the judgement (tsconfig.json, a linter's or test runner's configuration). The runner restores them
   * from the base branch before it runs the command.
   */
  readonly judgeFiles?: readonly string[];
  /** Chooses the parser where a gate knows several: `tsc`, `eslint-json`, `vitest-json`, `junit` … */
  readonly format: string;
}

export interface GateRun {
  readonly command: GateCommand;
  readonly exitCode: number | null;
  readonly timedOut: boolean;
  readonly stdout: string;
  readonly output: string;
  /** Path → text, of the reports that exist after the run. */
  readonly reports: ReadonlyMap<string, string>;
}

export interface GateVerdict {
  readonly state: 'passed' | 'failed' | 'timed-out' | 'error';
  readonly summary: string;
  readonly findings: readonly Finding[];
  readonly coverage: number | null;
}
