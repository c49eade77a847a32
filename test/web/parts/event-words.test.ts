import { expect, test } from 'vitest';
import { EVENT_TYPES } from '../../../src/domain/event.ts';
import { eventWords } from '../../../src/web/parts/event-words.ts';

test('every event says something, whatever is in it', () => {
  for (const type of EVENT_TYPES) {
    for (const data of [{}, { actor: 5, reason: null, by: {}, commit: [], state: 'x' }]) {
      expect(eventWords({ type, data })).toMatch(/\S/);
      expect(eventWords({ type, data })).not.toMatch(/undefined|null|object/);
    }
  }
});
