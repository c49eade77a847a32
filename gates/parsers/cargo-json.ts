import { z } from 'zod';
import type { Finding } from '../../src/domain/finding.ts';
import { makeFinding } from './finding.ts';
import { parseJson } from './json.ts';
import type { Parsed } from './parsed.ts';
import { parseRustTest } from './rust-test.ts';

const CargoLine = z.object({
  reason: z.string(),
  message: z
    .object({
      level: z.string(),
      message: z.string(),
      code: z.object({ code: z.string() }).nullish(),
      spans: z.array(z.object({ file_name: z.string(), line_start: z.number(), line_end: z.number(), is_primary: z.boolean() })),
    })
    .optional(),
});
type CargoLine = z.infer<typeof CargoLine>;

/** `cargo … --message-format=json`: the compiler's messages, and the text of the tests between them. */
export function parseCargoJson(text: string, root: string): Parsed | null {
  const seen = new Map<string, Finding>();
  const rest: string[] = [];
  let lines = 0;
  for (const line of text.split('\n')) {
    const entry = line.startsWith('{') ? parseJson(line, CargoLine) : null;
    if (entry === null) {
      rest.push(line);
      continue;
    }
    lines += 1;
    const finding = findingOf(entry, root);
    // A library is compiled once for itself and once for its tests, and says the same both times.
    if (finding !== null) seen.set(JSON.stringify(finding), finding);
  }
  if (lines === 0) return null;
  const tests = parseRustTest(rest.join('\n'), root);
  return { findings: [...seen.values(), ...(tests?.findings ?? [])], tests: tests?.tests ?? null };
}

function findingOf(entry: CargoLine, root: string): Finding | null {
  const message = entry.message;
  if (entry.reason !== 'compiler-message' || message === undefined) return null;
  if (message.level !== 'error' && message.level !== 'warning') return null;
  const span = message.spans.find((one) => one.is_primary) ?? message.spans[0];
  if (span === undefined && /^(aborting due to|\d+ warnings? emitted)/.test(message.message)) return null;
  return makeFinding(
    {
      severity: message.level,
      path: span?.file_name,
      line: span?.line_start,
      endLine: span?.line_end,
      rule: message.code?.code,
      message: message.message,
    },
    root,
  );
}
