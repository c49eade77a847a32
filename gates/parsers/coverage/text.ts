import { cleanText } from '../clean.ts';
import type { Coverage } from './coverage.ts';

const TABLES: readonly RegExp[] = [
  // istanbul: statements, branches, functions, lines
  /^All files\s*\|\s*[\d.]+\s*\|\s*[\d.]+\s*\|\s*[\d.]+\s*\|\s*([\d.]+)\s*\|/gim,
  // istanbul's text summary
  /^Lines\s*:\s*([\d.]+)%/gm,
  // node's test runner: lines, branches, functions
  /^(?:ℹ|#) all files\s*\|\s*([\d.]+)\s*\|/gm,
  // coverage.py
  /^TOTAL\s+\d+\s+\d+(?:\s+\d+\s+\d+)?\s+([\d.]+)%$/gm,
  // cargo llvm-cov: regions, functions, lines
  /^TOTAL(?:\s+\d+\s+\d+\s+[\d.]+%){2}\s+\d+\s+\d+\s+([\d.]+)%/gm,
  // cargo tarpaulin
  /^([\d.]+)% coverage, \d+\/\d+ lines covered/gm,
  // go test -cover, when there is one package
  /^(?:ok|FAIL)?\s?.*coverage: ([\d.]+)% of statements/gm,
];

/** The total in the table that a tool prints, when it left no report that can be read. */
export function parseCoverageText(output: string): Coverage | null {
  const text = cleanText(output).slice(-262_144);
  for (const table of TABLES) {
    const values = [...text.matchAll(table)].map((match) => Number(match[1]));
    const value = values.at(-1);
    if (value === undefined || !(value >= 0 && value <= 100)) continue;
    // Several totals of several packages have no sum without their sizes; the lowest promises nothing false.
    return { lines: Math.min(...values.slice(-200)), files: [] };
  }
  return null;
}
