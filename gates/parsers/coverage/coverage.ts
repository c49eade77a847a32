import { relativePath } from '../place.ts';

/** The lines of one file: which exist as code, and which of them ran. */
export interface FileCoverage {
  readonly path: string;
  readonly found: number;
  readonly hit: number;
  /** 1-based; empty when the format does not say which. */
  readonly missed: readonly number[];
}

export interface Coverage {
  /** Percent of lines, 0 to 100, not rounded. */
  readonly lines: number;
  readonly files: readonly FileCoverage[];
}

/** Pure. null: not this format, or nothing was measured. */
export type CoverageParser = (text: string, root: string) => Coverage | null;

const TEST_FILE = /(^|\/)(tests?|__tests__|spec)\/|[._-](test|spec)\.\w+$|(^|\/)(test_[^/]*|[^/]*_test|conftest)\.(py|go)$/;

/** A map of path → line → hits as a report. Tests do not count towards the coverage of what they test. */
export function coverageOf(hits: ReadonlyMap<string, ReadonlyMap<number, number>>, root: string): Coverage | null {
  const files: FileCoverage[] = [];
  for (const [raw, lines] of hits) {
    const missed = [...lines].filter(([, count]) => count === 0).map(([line]) => line);
    files.push({
      path: relativePath(raw, root) ?? raw,
      found: lines.size,
      hit: lines.size - missed.length,
      missed: missed.toSorted((a, b) => a - b),
    });
  }
  return coverageOfFiles(files);
}

export function coverageOfFiles(files: readonly FileCoverage[]): Coverage | null {
  const sources = files.filter((file) => !TEST_FILE.test(file.path));
  const counted = sources.length > 0 ? sources : files;
  const found = counted.reduce((sum, file) => sum + file.found, 0);
  if (found === 0) return null;
  const hit = counted.reduce((sum, file) => sum + file.hit, 0);
  return { lines: Math.max(0, Math.min(100, (100 * hit) / found)), files: counted };
}

/** Adds a line's hits; a line that two records name ran when it ran in either. */
export function addHit(hits: Map<string, Map<number, number>>, path: string, line: number, count: number): void {
  if (!Number.isInteger(line) || line < 1 || !Number.isFinite(count)) return;
  const lines = hits.get(path) ?? new Map<number, number>();
  hits.set(path, lines);
  lines.set(line, (lines.get(line) ?? 0) + Math.max(0, count));
}
