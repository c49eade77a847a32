import { addHit, coverageOf } from './coverage.ts';
import type { Coverage } from './coverage.ts';

/** lcov's tracefile: `SF:path`, `DA:line,hits` …, `end_of_record`. */
export function parseLcov(text: string, root: string): Coverage | null {
  const hits = new Map<string, Map<number, number>>();
  let path: string | null = null;
  for (const line of text.split(/\r?\n/)) {
    if (line.startsWith('SF:')) path = line.slice(3).trim();
    if (line === 'end_of_record') path = null;
    if (path === null || !line.startsWith('DA:')) continue;
    const [number, count] = line.slice(3).split(',');
    addHit(hits, path, Number(number), Number(count));
  }
  return coverageOf(hits, root);
}
