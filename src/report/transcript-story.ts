import { z } from 'zod';

/** One piece of a transcript for people. `step` is the number of the transcript's step that it comes from. */
export type StoryPart = Said | Call | Answer;

export interface Said {
  readonly kind: 'rules' | 'task' | 'agent' | 'note';
  readonly step: number;
  readonly at: Date | null;
  readonly text: string;
}

/** A tool call with what it came to; `answer` is null where that is not among the steps. */
export interface Call {
  readonly kind: 'call';
  readonly step: number;
  readonly at: Date | null;
  readonly tool: string;
  readonly input: unknown;
  readonly answer: Result | null;
}

/** What a call came to that is not among the steps. */
export interface Answer {
  readonly kind: 'answer';
  readonly step: number;
  readonly at: Date | null;
  readonly tool: string;
  readonly answer: Result;
}

export interface Result {
  readonly text: string;
  readonly isError: boolean;
  readonly durationMs: number | null;
}

const Part = z.looseObject({
  type: z.string(),
  text: z.string().optional(),
  id: z.string().optional(),
  name: z.string().optional(),
  input: z.unknown().optional(),
});
const Time = { at: z.number().optional() };
const Step = z.discriminatedUnion('kind', [
  z.looseObject({ kind: z.literal('opening'), ...Time, system: z.string(), messages: z.array(z.looseObject({ content: z.array(Part) })) }),
  z.looseObject({ kind: z.literal('turn'), ...Time, message: z.looseObject({ content: z.array(Part) }) }),
  z.looseObject({
    kind: z.literal('tool-result'),
    ...Time,
    callId: z.string().optional(),
    tool: z.string(),
    text: z.string(),
    isError: z.boolean(),
    durationMs: z.number().optional(),
  }),
  z.looseObject({ kind: z.literal('note'), ...Time, text: z.string() }),
]);
type Step = z.infer<typeof Step>;
type ResultStep = Extract<Step, { kind: 'tool-result' }>;

/**
 * The steps as people read them, each call with its answer; a step that cannot be read is left out. `first` is the number of
 * the first one. Pure.
 */
export function storyOf(steps: readonly unknown[], first = 0): StoryPart[] {
  const read = steps.flatMap((step, index) => {
    const parsed = Step.safeParse(step);
    return parsed.success ? [{ number: first + index, step: parsed.data }] : [];
  });
  const results = new Map(read.flatMap(({ step }) => (step.kind === 'tool-result' ? [[step.callId, step] as const] : [])));
  const calls = new Set(read.flatMap(({ step }) => (step.kind === 'turn' ? step.message.content.map(({ id }) => id) : [])));
  return read.flatMap(({ number, step }) => {
    const isShownWithCall = step.kind === 'tool-result' && step.callId !== undefined && calls.has(step.callId);
    return isShownWithCall ? [] : partsOf(number, step, results);
  });
}

function partsOf(number: number, step: Step, results: ReadonlyMap<string | undefined, ResultStep>): StoryPart[] {
  const place = { step: number, at: step.at === undefined ? null : new Date(step.at) };
  switch (step.kind) {
    case 'opening': {
      const told = step.messages.flatMap(({ content }) => content.map((part) => part.text ?? ''));
      return [
        { kind: 'rules', ...place, text: step.system },
        { kind: 'task', ...place, text: told.join('\n') },
      ];
    }
    case 'turn':
      return step.message.content.flatMap((part): StoryPart[] => {
        if (part.type === 'text' && part.text) return [{ kind: 'agent', ...place, text: part.text }];
        if (part.type !== 'tool-call') return [];
        const result = part.id === undefined ? undefined : results.get(part.id);
        return [{ kind: 'call', ...place, tool: part.name ?? '', input: part.input, answer: result ? resultOf(result) : null }];
      });
    case 'tool-result':
      return [{ kind: 'answer', ...place, tool: step.tool, answer: resultOf(step) }];
    case 'note':
      return [{ kind: 'note', ...place, text: step.text }];
  }
}

function resultOf({ text, isError, durationMs }: ResultStep): Result {
  return { text, isError, durationMs: durationMs ?? null };
}

/** What a tool was asked: a command alone as it is, everything else as JSON. */
export function inputText(input: unknown): string {
  const shell = z.strictObject({ command: z.string() }).safeParse(input);
  return shell.success ? shell.data.command : (JSON.stringify(input, null, 2) ?? '');
}
