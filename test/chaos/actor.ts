import type { MessagesRequest } from '../support/model/messages-schema.ts';
import { blocksOf } from '../support/model/messages-schema.ts';
import { textOf, type ScriptedTurn } from '../support/model/script.ts';
import { fileOf, linesOf, type Story } from './stories.ts';

/**
 * The scripted model: it goes through its story's steps, each of which can be repeated without harm, repeats what was
 * interrupted, and mends what the gates find. What it says depends on the request alone.
 */
export function actFor(stories: readonly Story[], beats: string | null): (request: MessagesRequest) => ScriptedTurn | null {
  return (request) => {
    const number = Number(/Story (\d+) is to be told/.exec(textOf(request, 0))?.[1]);
    const story = stories.find((one) => one.number === number);
    if (!story) return null;
    if (request.messages.some((_, index) => textOf(request, index).includes('asks you to stop here'))) return submit(story);
    const plan = planOf(story, beats);
    return plan[Math.min(doneIn(request), plan.length - 1)]!;
  };
}

/** How many calls came to an end: those that were interrupted are made again. */
function doneIn(request: MessagesRequest): number {
  const results = request.messages.flatMap((message) => blocksOf(message).filter((block) => block.type === 'tool_result'));
  return results.filter((block) => !JSON.stringify(block).includes('This call was interrupted')).length;
}

function planOf(story: Story, beats: string | null): ScriptedTurn[] {
  const edits = linesOf(story).map((line, index) => edit(story, line, story.steps[index]!, beats));
  const hand = submit(story);
  if (story.kind !== 'red-first') return [...edits, hand];
  return [...edits, bash(addOnce(story, 'wrong')), hand, bash(`sed -i /^wrong$/d ${fileOf(story)}`), hand];
}

function edit(story: Story, line: string, { thinkMs, naps }: Story['steps'][number], beats: string | null): ScriptedTurn {
  const beat = beats === null ? '' : `date +%s%3N >> ${beats}/${story.number}; `;
  const wait = naps === 0 ? '' : `for i in $(seq ${naps}); do ${beat}sleep 0.1; done; `;
  return { ...bash(`${wait}${beat}${addOnce(story, line)}`), delayMs: thinkMs, pieceDelayMs: 2 };
}

function addOnce(story: Story, line: string): string {
  const file = fileOf(story);
  return `mkdir -p notes; grep -qxF "${line}" ${file} 2>/dev/null || echo "${line}" >> ${file}`;
}

function bash(command: string): ScriptedTurn {
  return { tools: [{ name: 'bash', input: { command } }], usage: { input: 200, output: 40 } };
}

function submit({ number }: Story): ScriptedTurn {
  return {
    tools: [{ name: 'submit', input: { title: `Tell story ${number}`, summary: `Every step of story ${number} is told.` } }],
    delayMs: 50,
    usage: { input: 300, output: 60 },
  };
}
