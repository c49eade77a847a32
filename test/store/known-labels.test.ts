import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Database } from '../../src/store/database.ts';
import { labelsKnownOf, noteLabel } from '../../src/store/known-labels.ts';
import { openStore } from './open.ts';

let store: Database;
beforeAll(async () => {
  store = await openStore();
});
afterAll(() => store[Symbol.asyncDispose]());

let last = 0;
const freshSubject = () => ({ forge: 'gitea', repository: 'acme/app', number: (last += 1) });

/** `+12.0 a` : put on at second 12, told by delivery a. */
function read(line: string) {
  const [change = '', deliveryId = ''] = line.split(' ');
  return { present: change.startsWith('+'), at: new Date(Date.UTC(2030, 0, 1) + Number(change.slice(1)) * 1000), deliveryId };
}

describe('a label that was put on or taken off is news', () => {
  const table: [string, [line: string, isNews: boolean][]][] = [
    ['the first time', [['+10 a', true]]],
    [
      'once, however often it is told',
      [
        ['+10 a', true],
        ['+10 b', false],
        ['+10 c', false],
      ],
    ],
    [
      'again to the delivery that told it, after a crash',
      [
        ['+10 a', true],
        ['+10 a', true],
      ],
    ],
    [
      'once, by two clocks that differ a little',
      [
        ['+10 a', true],
        ['+13 b', false],
      ],
    ],
    [
      'when it was taken off meanwhile, and nobody told',
      [
        ['+10 a', true],
        ['+60 b', true],
      ],
    ],
    [
      'each time that it changes, also within one second',
      [
        ['+10 a', true],
        ['-10 b', true],
        ['+10 c', true],
        ['-10 d', true],
      ],
    ],
    [
      'not when it is old by now',
      [
        ['-20 a', true],
        ['+10 b', false],
      ],
    ],
    [
      'not when an old change is told again',
      [
        ['+10 a', true],
        ['-20 b', true],
        ['+10 c', false],
        ['-20 d', false],
      ],
    ],
  ];
  test.each(table)('%s', async (_name, steps) => {
    const subject = freshSubject();
    const seen: boolean[] = [];
    for (const [line] of steps) seen.push(await noteLabel(store.db, { subject, label: 'agent:worker', ...read(line) }));
    expect(seen).toEqual(steps.map(([, isNews]) => isNews));
  });

  test('on its own subject and for its own name', async () => {
    const [one, other] = [freshSubject(), freshSubject()];
    for (const subject of [one, other]) {
      for (const label of ['agent:worker', 'agent:tester']) {
        expect(await noteLabel(store.db, { subject, label, ...read('+10 a') })).toBe(true);
      }
    }
    await noteLabel(store.db, { subject: one, label: 'agent:tester', ...read('-20 b') });
    const known = await labelsKnownOf(store.db, one);
    expect(known.get('agent:worker')).toEqual({ present: true, deliveryId: 'a' });
    expect(known.get('agent:tester')).toEqual({ present: false, deliveryId: 'b' });
    expect(known.size).toBe(2);
  });

  test('to one of many who are told at once', async () => {
    const subject = freshSubject();
    const note = (deliveryId: string) => noteLabel(store.db, { subject, label: 'agent:worker', ...read(`+10 ${deliveryId}`) });
    const answers = await Promise.all(['a', 'b', 'c', 'd'].map(note));
    expect(answers.filter(Boolean)).toHaveLength(1);
  });
});
