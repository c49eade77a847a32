import { linesOf } from './clean.ts';
import { makeFinding } from './finding.ts';
import type { RawFinding } from './finding.ts';
import type { Parsed } from './parsed.ts';

const PLAIN = /^(.+?)\((\d+),\d+\): (error|warning|message) (TS\d+): (.*)$/;
const PRETTY = /^(\S.*?):(\d+):\d+ - (error|warning|message) (TS\d+): (.*)$/;
const WHOLE = /^()()(error|warning) (TS\d+): (.*)$/;

/** TypeScript's compiler, with `--pretty false` or without; also vue-tsc and svelte-check's tsc form. */
export function parseTsc(text: string, root: string): Parsed | null {
  const raws: RawFinding[] = [];
  let following = false;
  for (const line of linesOf(text)) {
    const last = raws.at(-1);
    if (following && last !== undefined && /^ {2,}\S/.test(line)) {
      raws[raws.length - 1] = { ...last, message: `${last.message}\n${line}` };
      continue;
    }
    const raw = diagnostic(line);
    following = raw !== null;
    if (raw !== null) raws.push(raw);
  }
  return raws.length === 0 ? null : { findings: raws.map((raw) => makeFinding(raw, root)), tests: null };
}

function diagnostic(line: string): RawFinding | null {
  const match = PLAIN.exec(line) ?? PRETTY.exec(line) ?? WHOLE.exec(line);
  if (match === null) return null;
  const [, path = '', number, severity, rule, message = ''] = match;
  return { severity: severity === 'error' ? 'error' : 'warning', path, line: Number(number), rule, message };
}
