import { z } from 'zod';
import type { ToolCall } from '../conversation.ts';
import { defineTool, refusal } from '../tool.ts';

const Submission = z.strictObject({
  title: z
    .string()
    .trim()
    .min(3)
    .max(72)
    .regex(/^[^\r\n]*$/, 'must be one line')
    .describe('One line of at most 72 characters that says what the change does: the title of the pull request and of the commit.'),
  summary: z
    .string()
    .trim()
    .min(10)
    .max(20_000)
    .describe('Markdown for the people who review: what was changed and why, how it was tested, what is left.'),
});
export type Submission = z.infer<typeof Submission>;

/**
 * The end of a run. It is not carried out like the other tools: the loop hands a submission that is alone in its turn
 * to its caller, who judges the work and answers the call.
 */
export const submit = defineTool({
  name: 'submit',
  description:
    'Hands in your work: the files as they are now are committed, judged by the gates, and published as a pull request. Call it alone, when you have seen the results of all other calls. If gates fail you get their findings and can go on.',
  input: Submission,
  describe: ({ title }) => title,
  async run() {
    return refusal('Nothing was submitted: call submit alone, after you have seen the results of the other calls.');
  },
});

/** The submission, when a turn's only call is a valid one. */
export function submissionOf(calls: readonly ToolCall[]): (Submission & { callId: string }) | null {
  const [call, ...others] = calls;
  if (call?.name !== submit.definition.name || others.length > 0) return null;
  const parsed = Submission.safeParse(call.input);
  return parsed.success ? { ...parsed.data, callId: call.id } : null;
}
