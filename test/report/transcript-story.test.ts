import { expect, test } from 'vitest';
import type { TranscriptStep } from '../../workers/agent/transcript.ts';
import { NO_USAGE } from '../../src/domain/agent.ts';
import { storyOf } from '../../src/report/transcript-story.ts';

const WHEN = { at: 0, durationMs: 5 };
const TURN = { stop: 'tool-calls', usage: { ...NO_USAGE, turns: 1 } } as const;

test('a transcript is told in the order in which it happened', () => {
  const steps: TranscriptStep[] = [
    {
      kind: 'opening',
      at: 0,
      system: 'Be good.',
      messages: [
        {
          role: 'user',
          content: [
            { type: 'text', text: 'Mend it.' },
            { type: 'text', text: 'Now.' },
          ],
        },
      ],
    },
    {
      kind: 'turn',
      ...WHEN,
      ...TURN,
      message: {
        role: 'assistant',
        content: [
          { type: 'opaque', provider: 'claude', value: { thinking: 'hm' } },
          { type: 'text', text: 'I look.' },
          { type: 'tool-call', id: '1', name: 'bash', input: { command: 'ls -la' } },
        ],
      },
    },
    { kind: 'tool-result', ...WHEN, callId: '1', tool: 'bash', text: 'a.ts', isError: false },
    {
      kind: 'turn',
      ...WHEN,
      ...TURN,
      message: {
        role: 'assistant',
        content: [
          { type: 'text', text: '' },
          { type: 'tool-call', id: '2', name: 'edit', input: { command: 'view', path: 'a.ts' } },
        ],
      },
    },
    { kind: 'tool-result', ...WHEN, callId: '2', tool: 'edit', text: 'no such file', isError: true },
    { kind: 'note', at: 0, reason: 'caller', text: 'The gates are red.' },
  ];
  expect(storyOf(steps)).toEqual([
    { who: 'told', title: 'Rules', text: 'Be good.', folded: true },
    { who: 'told', title: 'Task', text: 'Mend it.\nNow.', folded: false },
    { who: 'agent', title: 'Agent', text: 'I look.', folded: false },
    { who: 'tool', title: 'bash', text: 'ls -la', folded: false },
    { who: 'tool', title: 'bash answered', text: 'a.ts', folded: true },
    { who: 'tool', title: 'edit', text: '{\n  "command": "view",\n  "path": "a.ts"\n}', folded: false },
    { who: 'failed', title: 'edit failed', text: 'no such file', folded: true },
    { who: 'told', title: 'Signalbox', text: 'The gates are red.', folded: false },
  ]);
});

test('a step that cannot be read is left out', () => {
  expect(
    storyOf([null, 5, {}, { kind: 'turn' }, { kind: 'later', text: 'x' }, { kind: 'note', text: 'read' }]).map(({ text }) => text),
  ).toEqual(['read']);
});
