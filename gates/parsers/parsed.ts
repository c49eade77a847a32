import type { Finding } from '../../src/domain/finding.ts';

/** How many tests there were; a test that was skipped did not run. */
export interface TestCounts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

export interface Parsed {
  readonly findings: readonly Finding[];
  /** null when the output says nothing of tests. */
  readonly tests: TestCounts | null;
}

/**
 * Pure. `root` is the repository's absolute path as the tool saw it. null: the text is not of this format, which is
 * something else than a text of this format without findings.
 */
export type Parser = (text: string, root: string) => Parsed | null;
