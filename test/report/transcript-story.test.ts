import { expect, test } from 'vitest';
import type { TranscriptStep } from '../../workers/agent/transcript.ts';
import { NO_USAGE } from '../../src/domain/agent.ts';
import { storyOf } from '../../src/report/transcript-story.ts';

const WHEN = { at: 0, durationMs: 5 };
const TURN = { stop: 'tool-calls', usage: { ...NO_USAGE, turns: 1 } } as const;
const AT = new Date(0);

const STEPS: TranscriptStep[] = [
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
        { type: 'tool-call', id: '3', name: 'bash', input: { command: 'sleep 9' } },
      ],
    },
  },
  { kind: 'tool-result', ...WHEN, callId: '2', tool: 'edit', text: 'no such file', isError: true },
  { kind: 'note', at: 0, reason: 'caller', text: 'The gates are red.' },
];

test('a transcript is told in the order in which it happened, each call with its answer', () => {
  expect(storyOf(STEPS)).toEqual([
    { kind: 'rules', step: 0, at: AT, text: 'Be good.' },
    { kind: 'task', step: 0, at: AT, text: 'Mend it.\nNow.' },
    { kind: 'agent', step: 1, at: AT, text: 'I look.' },
    { kind: 'call', step: 1, at: AT, tool: 'bash', input: { command: 'ls -la' }, answer: { text: 'a.ts', isError: false, durationMs: 5 } },
    {
      kind: 'call',
      step: 3,
      at: AT,
      tool: 'edit',
      input: { command: 'view', path: 'a.ts' },
      answer: { text: 'no such file', isError: true, durationMs: 5 },
    },
    { kind: 'call', step: 3, at: AT, tool: 'bash', input: { command: 'sleep 9' }, answer: null },
    { kind: 'note', step: 5, at: AT, text: 'The gates are red.' },
  ]);
});

test('from any step on, the parts are those of the whole', () => {
  expect(storyOf(STEPS.slice(3), 3)).toEqual(storyOf(STEPS).filter(({ step }) => step >= 3));
});

test('step by step, a call is told before its answer is known', () => {
  const parts = STEPS.flatMap((step, index) => storyOf([step], index));
  expect(parts.map(({ kind }) => kind)).toEqual(['rules', 'task', 'agent', 'call', 'answer', 'call', 'call', 'answer', 'note']);
  expect(parts[4]).toEqual({ kind: 'answer', step: 2, at: AT, tool: 'bash', answer: { text: 'a.ts', isError: false, durationMs: 5 } });
});

test('a step that cannot be read is left out', () => {
  const steps = [null, 5, {}, { kind: 'turn' }, { kind: 'later', text: 'x' }, { kind: 'note', text: 'read' }];
  expect(storyOf(steps)).toEqual([{ kind: 'note', step: 5, at: null, text: 'read' }]);
});
