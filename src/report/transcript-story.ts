import { z } from 'zod';

/** One piece of a transcript for the page. */
export interface StoryPart {
  readonly who: 'told' | 'agent' | 'tool' | 'failed';
  readonly title: string;
  readonly text: string;
  readonly folded: boolean;
}

const Part = z.looseObject({ type: z.string(), text: z.string().optional(), name: z.string().optional(), input: z.unknown().optional() });
const Step = z.discriminatedUnion('kind', [
  z.looseObject({ kind: z.literal('opening'), system: z.string(), messages: z.array(z.looseObject({ content: z.array(Part) })) }),
  z.looseObject({ kind: z.literal('turn'), message: z.looseObject({ content: z.array(Part) }) }),
  z.looseObject({ kind: z.literal('tool-result'), tool: z.string(), text: z.string(), isError: z.boolean() }),
  z.looseObject({ kind: z.literal('note'), text: z.string() }),
]);

/** The steps as people read them; one that cannot be read is left out. Pure. */
export function storyOf(steps: readonly unknown[]): StoryPart[] {
  return steps.flatMap((step) => {
    const read = Step.safeParse(step);
    return read.success ? partsOf(read.data) : [];
  });
}

function partsOf(step: z.infer<typeof Step>): StoryPart[] {
  switch (step.kind) {
    case 'opening': {
      const told = step.messages.flatMap(({ content }) => content.map((part) => part.text ?? ''));
      return [
        { who: 'told', title: 'Rules', text: step.system, folded: true },
        { who: 'told', title: 'Task', text: told.join('\n'), folded: false },
      ];
    }
    case 'turn':
      return step.message.content.flatMap(said);
    case 'tool-result':
      return [
        {
          who: step.isError ? 'failed' : 'tool',
          title: step.isError ? `${step.tool} failed` : `${step.tool} answered`,
          text: step.text,
          folded: true,
        },
      ];
    case 'note':
      return [{ who: 'told', title: 'Signalbox', text: step.text, folded: false }];
  }
}

function said(part: z.infer<typeof Part>): StoryPart[] {
  if (part.type === 'text' && part.text) return [{ who: 'agent', title: 'Agent', text: part.text, folded: false }];
  if (part.type === 'tool-call') return [{ who: 'tool', title: `${part.name}`, text: inputText(part.input), folded: false }];
  return [];
}

function inputText(input: unknown): string {
  const command = z.object({ command: z.string() }).safeParse(input);
  if (command.success && Object.keys(input as object).length === 1) return command.data.command;
  return JSON.stringify(input, null, 2) ?? '';
}
