import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { change } from '../../src/store/events.ts';
import { putDiff, diffOf } from '../../src/store/diffs.ts';
import { sessionKey, validToken } from '../../src/store/sessions.ts';
import { createToken, revokeToken } from '../../src/store/tokens.ts';
import { taskThere } from '../support/tasks.ts';
import { openStore } from './open.ts';

test('all servers on one database sign with the same key, and those on another with another', async () => {
  await using store = await openStore();
  await using other = await openStore();
  const keys = await Promise.all([sessionKey(store.db), sessionKey(store.db), sessionKey(other.db)]);
  expect(keys[0]).toHaveLength(32);
  expect(keys[1]).toEqual(keys[0]);
  expect(keys[2]).not.toEqual(keys[0]);
});

test('a token is valid until it expires or is revoked', async () => {
  await using store = await openStore();
  const [lasting, late] = [randomUUID(), randomUUID()];
  const wish = { name: 'ci', role: 'operator' as const, createdBy: 'test' };
  await change(store.db, (tx) => createToken(tx, { ...wish, id: lasting, expiresAt: null }));
  await change(store.db, (tx) => createToken(tx, { ...wish, id: late, expiresAt: new Date(Date.now() - 1000) }));
  expect(await validToken(store.db, lasting)).toEqual({ name: 'ci', role: 'operator' });
  expect(await validToken(store.db, late)).toBeNull();
  await change(store.db, (tx) => revokeToken(tx, lasting, 'test'));
  expect(await validToken(store.db, lasting)).toBeNull();
});

test('of what an agent has changed the newest is kept', async () => {
  await using store = await openStore();
  const { agentId } = await taskThere(store.db, 'running');
  expect(await diffOf(store.db, agentId)).toBeNull();
  for (const text of ['first', 'second\0']) await change(store.db, (tx) => putDiff(tx, agentId, { commit: 'a', text, truncated: false }));
  expect(await diffOf(store.db, agentId)).toEqual({ commit: 'a', text: 'second', truncated: false });
});
