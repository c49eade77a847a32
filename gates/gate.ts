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
  /** A shell line, run by `bash -c` at the repository's root, taken from the base branch or from a known tool. */
  readonly line: string;
  /** As a person would type it, for reports; `line` itself when left out. */
  readonly shown?: string;
  /**
   * Report files that the command writes, relative to the root; removed before the run and read back after it. Ours are
   * in REPORTS_FOLDER, beside the repository, where no linter and no commit meets them.
   */
  readonly reports?: readonly string[];
  /** One of `reports` must exist after a success, because we asked the tool for it: a success without it proves nothing. */
  readonly mustReport?: boolean;
  /**
   * Files that steer the judgement (tsconfig.json, a linter's or test runner's configuration). The runner restores them
   * from the base branch before it runs the command, and removes those that the base branch does not have. `./a/b` is
   * that path. `name*` is every file of that name which the base branch has, and one at the root that it does not
   * have. With `**` and a slash before it, one that the base branch does not have is removed wherever it is, for the
   * tools that look for a configuration in each folder. Of package.json, pyproject.toml and Cargo.toml only the parts
   * that steer tools are restored, because a change may well add a dependency.
   */
  readonly judgeFiles?: readonly string[];
  /** Chooses the parser where a gate knows several: `tsc`, `eslint-json`, `vitest-json`, `junit` … */
  readonly format: string;
}

/** Where reports are written, relative to the repository's root. */
export const REPORTS_FOLDER = '../signalbox-reports';

export interface GateRun {
  readonly command: GateCommand;
  /** The repository's absolute path as the command saw it: tools print absolute paths. */
  readonly root: string;
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
