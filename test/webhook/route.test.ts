import { describe, expect, test } from 'vitest';
import type { ForgeEvent } from '../../src/forge/forge.ts';
import { asksOf, type Ask } from '../../src/webhook/route.ts';

const sender = { login: 'ada', id: 1, isBot: false };
const on = { subject: { forge: 'github', repository: 'acme/app', number: 7 }, subjectKind: 'issue' as const, sender, at: null };
const label = (kind: 'label-added' | 'label-removed', name: string): ForgeEvent => ({ kind, label: name, ...on });
const comment = (body: string): ForgeEvent => ({ kind: 'commented', commentId: 5, body, ...on });

describe('what an event asks for', () => {
  const table: [string, ForgeEvent, Ask[]][] = [
    ['the label of a worker', label('label-added', 'agent:worker'), [{ command: 'run', args: ['worker'], text: '', route: 'label' }]],
    ['the label of a reviewer', label('label-added', 'agent:reviewer'), [{ command: 'run', args: ['reviewer'], text: '', route: 'label' }]],
    ['the label of a tester', label('label-added', 'agent:tester'), [{ command: 'run', args: ['tester'], text: '', route: 'label' }]],
    ['that label taken off', label('label-removed', 'agent:tester'), [{ command: 'kill', args: [], text: '', route: 'label' }]],
    ['another label', label('label-added', 'bug'), []],
    ['a label that only begins like ours', label('label-added', 'agent:worker2'), []],
    ['a label that only ends like ours', label('label-added', 'not agent:worker'), []],
    ['a label of two lines', label('label-added', 'agent:worker\nx'), []],
    ['a label in capitals', label('label-added', 'Agent:Worker'), []],
    ['another label taken off', label('label-removed', 'bug'), []],
    ['closing', { kind: 'closed', ...on }, [{ command: 'kill', args: [], text: '', route: 'close' }]],
    [
      'a review',
      { kind: 'changes-requested', body: 'Rename it.\n/agent kill', ...on },
      [{ command: 'run', args: [], text: 'Rename it.\n/agent kill', route: 'review' }],
    ],
    [
      'a check’s button',
      { kind: 'check-rerequested', forge: 'github', repository: 'acme/app', headSha: 'f', externalId: null, sender },
      [{ command: 'check', args: [], text: '', route: 'check' }],
    ],
    ['a comment', comment('Thank you.'), []],
    ['a command', comment('/agent run worker\nbriefly'), [{ command: 'run', args: ['worker'], text: 'briefly', route: 'comment' }]],
    [
      'two commands, one of them of no kind that there is',
      comment('/agent dance\n/agent kill now'),
      [
        { command: 'dance', args: [], text: '', route: 'comment' },
        { command: 'kill', args: ['now'], text: '', route: 'comment' },
      ],
    ],
  ];
  test.each(table)('%s', (_name, event, asks) => {
    expect(asksOf(event)).toEqual(asks);
  });
});
