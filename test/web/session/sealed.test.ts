import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { formKeyOf, seal, unseal } from '../../../src/web/session/sealed.ts';

const KEY = Buffer.alloc(32, 1);
const NOW = new Date('2030-01-01T00:00:00Z');
const SESSION = { ref: 'token.1', name: 'ada', until: NOW.getTime() + 1, id: 'abc' };
const Session = z.strictObject({ ref: z.string(), name: z.string(), until: z.int(), id: z.string() });
const sealed = (session: typeof SESSION, key = KEY) => seal('session', session, key);
const unsealed = (text: string, key = KEY) => unseal('session', Session, text, key, NOW);

describe('a session', () => {
  test('is read as it was sealed', () => expect(unsealed(sealed(SESSION))).toEqual(SESSION));

  test('is over in its time', () => expect(unsealed(sealed({ ...SESSION, until: NOW.getTime() }))).toBeNull());

  test('that was sealed with another key is nobody’s', () => expect(unsealed(sealed(SESSION, Buffer.alloc(32, 2)))).toBeNull());

  test('that was changed is nobody’s', () => {
    const [, mac] = sealed(SESSION).split('.');
    const forged = Buffer.from(JSON.stringify({ ...SESSION, ref: 'own.1' })).toString('base64url');
    for (const text of [`${forged}.${mac}`, `${forged}.`, forged, '', '.', 'x.y', `${sealed(SESSION)}x`]) {
      expect(unsealed(text)).toBeNull();
    }
  });

  test('is nothing where another kind of cookie is wanted, nor in the shape of another version', () => {
    expect(unseal('sign-in', Session, sealed(SESSION), KEY, NOW)).toBeNull();
    expect(unsealed(seal('session', { until: SESSION.until }, KEY))).toBeNull();
  });

  test('has a form key of its own, which is not its seal', () => {
    expect(formKeyOf(SESSION, KEY)).not.toBe(formKeyOf({ ...SESSION, id: 'abd' }, KEY));
    expect(sealed(SESSION)).not.toContain(formKeyOf(SESSION, KEY));
  });
});
