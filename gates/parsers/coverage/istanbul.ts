import { z } from 'zod';
import { parseJson } from '../json.ts';
import { relativePath } from '../place.ts';
import { addHit, coverageOf, coverageOfFiles } from './coverage.ts';
import type { Coverage } from './coverage.ts';

const Summary = z.record(z.string(), z.object({ lines: z.object({ total: z.number().min(0), covered: z.number().min(0) }) }));
const Final = z.record(
  z.string(),
  z.object({
    statementMap: z.record(z.string(), z.object({ start: z.object({ line: z.number() }) })),
    s: z.record(z.string(), z.number()),
  }),
);

/** istanbul's `coverage-summary.json`. */
export function parseCoverageSummary(text: string, root: string): Coverage | null {
  const summary = parseJson(text, Summary);
  if (summary === null) return null;
  const files = Object.entries(summary)
    .filter(([path]) => path !== 'total')
    .map(([path, { lines }]) => ({ path: relativePath(path, root) ?? path, found: lines.total, hit: lines.covered, missed: [] }));
  if (files.length > 0) return coverageOfFiles(files);
  const total = summary['total']?.lines;
  return total === undefined ? null : coverageOfFiles([{ path: '', found: total.total, hit: total.covered, missed: [] }]);
}

/** istanbul's `coverage-final.json`: a line ran when the statements that start on it did. */
export function parseCoverageFinal(text: string, root: string): Coverage | null {
  const final = parseJson(text, Final);
  if (final === null) return null;
  const hits = new Map<string, Map<number, number>>();
  for (const [path, { statementMap, s }] of Object.entries(final)) {
    for (const [id, statement] of Object.entries(statementMap)) addHit(hits, path, statement.start.line, s[id] ?? 0);
  }
  return coverageOf(hits, root);
}
