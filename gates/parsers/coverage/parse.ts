import { parseCobertura } from './cobertura.ts';
import type { Coverage, CoverageParser } from './coverage.ts';
import { parseGoCover } from './go-cover.ts';
import { parseCoverageFinal, parseCoverageSummary } from './istanbul.ts';
import { parseLcov } from './lcov.ts';

/** Each recognises its own format alone. The order is the wealth of what they say. */
const COVERAGE_PARSERS: readonly CoverageParser[] = [parseLcov, parseCoverageFinal, parseCoverageSummary, parseCobertura];

export function parseCoverage(text: string, root: string, goModule: string | null = null): Coverage | null {
  for (const parser of COVERAGE_PARSERS) {
    const coverage = parser(text, root);
    if (coverage !== null) return coverage;
  }
  return parseGoCover(text, goModule);
}
