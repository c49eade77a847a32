import { describe, expect, test } from 'vitest';
import { formKeyOf, seal, unseal } from '../../../src/web/session/sealed.ts';

const KEY = Buffer.alloc(32, 1);
const NOW = new Date('2030-01-01T00:00:00Z');
const SESSION = { ref: 'token.1', name: 'ada', until: NOW.getTime() + 1, id: 'abc' };

describe('a session', () => {
  test('is read as it was sealed', () => expect(unseal(seal(SESSION, KEY), KEY, NOW)).toEqual(SESSION));

  test('is over in its time', () => expect(unseal(seal({ ...SESSION, until: NOW.getTime() }, KEY), KEY, NOW)).toBeNull());

  test('that was sealed with another key is nobody’s', () => expect(unseal(seal(SESSION, Buffer.alloc(32, 2)), KEY, NOW)).toBeNull());

  test('that was changed is nobody’s', () => {
    const [, mac] = seal(SESSION, KEY).split('.');
    const forged = Buffer.from(JSON.stringify({ ...SESSION, ref: 'own.1' })).toString('base64url');
    for (const text of [`${forged}.${mac}`, `${forged}.`, forged, '', '.', 'x.y', `${seal(SESSION, KEY)}x`]) {
      expect(unseal(text, KEY, NOW)).toBeNull();
    }
  });

  test('has a form key of its own, which is not its seal', () => {
    expect(formKeyOf(SESSION, KEY)).not.toBe(formKeyOf({ ...SESSION, id: 'abd' }, KEY));
    expect(seal(SESSION, KEY)).not.toContain(formKeyOf(SESSION, KEY));
  });
});
