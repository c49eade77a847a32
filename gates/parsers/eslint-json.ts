import { z } from 'zod';
import { makeFinding } from './finding.ts';
import { jsonInOutput, parseJson } from './json.ts';
import type { Parsed } from './parsed.ts';

const EslintReport = z.array(
  z.object({
    filePath: z.string(),
    messages: z.array(
      z.object({
        ruleId: z.string().nullish(),
        severity: z.number(),
        message: z.string(),
        line: z.number().nullish(),
        endLine: z.number().nullish(),
      }),
    ),
  }),
);

export function parseEslintJson(text: string, root: string): Parsed | null {
  const report = parseJson(text, EslintReport) ?? parseJson(jsonInOutput(text), EslintReport);
  if (report === null) return null;
  const findings = report.flatMap((file) =>
    file.messages.map((message) =>
      makeFinding(
        {
          severity: message.severity >= 2 ? 'error' : 'warning',
          path: file.filePath,
          line: message.line,
          endLine: message.endLine,
          rule: message.ruleId,
          message: message.message,
        },
        root,
      ),
    ),
  );
  return { findings, tests: null };
}
