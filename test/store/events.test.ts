import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { StoredEvent } from '../../src/domain/event.ts';
import type { Database } from '../../src/store/database.ts';
import { appendEvent, change, notedAnswer, readEvents } from '../../src/store/events.ts';
import { openStore, taskIn } from './open.ts';

let store: Database;
beforeAll(async () => {
  store = await openStore();
});
afterAll(() => store[Symbol.asyncDispose]());

describe('the event log', () => {
  test('shows a reader with a cursor every event, however many write at once', async () => {
    await using own = await openStore();
    const writers = Array.from({ length: 20 }, async (_, writer) => {
      for (let index = 0; index < 10; index++) {
        await change(own.db, async (tx) => {
          await appendEvent(tx, { type: 'agent.said', data: { writer, index } });
          // Those who began later would overtake here, were it not for the turns that changes take.
          await delay(writer % 3);
          await appendEvent(tx, { type: 'agent.tool', data: { writer, index } });
        });
      }
    });
    const over = new AbortController();
    const seen: StoredEvent[] = [];
    const reading = (async () => {
      for (let last = false; ; last = over.signal.aborted) {
        const events = await readEvents(own.db, { after: seen.at(-1)?.seq ?? 0, limit: 7 });
        seen.push(...events);
        if (last && events.length === 0) return;
      }
    })();
    await Promise.all(writers);
    over.abort();
    await reading;
    const all = await readEvents(own.db, { after: 0, limit: 1000 });
    expect(all).toHaveLength(400);
    expect(seen).toEqual(all);
    for (const [index, event] of all.entries()) if (index % 2 === 1) expect(event.data).toEqual(all[index - 1]!.data);
  });

  test('holds nothing of a change that failed', async () => {
    const before = (await readEvents(store.db, { after: 0, limit: 1000 })).length;
    const failing = change(store.db, async (tx) => {
      await appendEvent(tx, { type: 'agent.said', data: {} });
      throw new Error('no');
    });
    await expect(failing).rejects.toThrow('no');
    expect(await readEvents(store.db, { after: 0, limit: 1000 })).toHaveLength(before);
  });

  test('takes what people and models write, whatever is in it', async () => {
    const data = { text: 'NUL \0, half \uD83D, whole \u{1F600}', 'key \0': ['\0'], at: new Date(0), gone: undefined, deep: { a: null } };
    const seq = await change(store.db, (tx) => appendEvent(tx, { type: 'agent.said', data }));
    const [event] = await readEvents(store.db, { after: seq - 1, limit: 1 });
    expect(event!.data).toEqual({
      text: 'NUL , half \uFFFD, whole \u{1F600}',
      'key ': [''],
      at: '1970-01-01T00:00:00.000Z',
      deep: { a: null },
    });
  });

  test('is read by task, by agent and by kind', async () => {
    const id = await taskIn(store, 'completed');
    const types = async (filter: object) => (await readEvents(store.db, { after: 0, limit: 100, ...filter })).map(({ type }) => type);
    expect(await types({ taskId: id })).toEqual(['task.pending', 'task.dispatched', 'task.running', 'task.completed']);
    expect(await types({ taskId: id, types: ['task.running', 'task.completed'] })).toEqual(['task.running', 'task.completed']);
    expect(await types({ agentId: id })).toEqual([]);
    expect(await types({ taskId: id, limit: 2 })).toHaveLength(2);
  });

  test('knows what was asked and answered', async () => {
    await change(store.db, (tx) => appendEvent(tx, { type: 'command.accepted', data: { cause: 'github/1/0' } }));
    await change(store.db, (tx) => appendEvent(tx, { type: 'command.refused', data: { cause: 'github/1/2', reply: 'No.' } }));
    await change(store.db, (tx) => appendEvent(tx, { type: 'task.pending', data: { cause: 'github/2/0' } }));
    expect(await notedAnswer(store.db, 'github/1/0')).toEqual({ ok: true, reply: null });
    expect(await notedAnswer(store.db, 'github/1/2')).toEqual({ ok: false, reply: 'No.' });
    expect(await notedAnswer(store.db, 'github/1/1')).toBeNull();
    expect(await notedAnswer(store.db, 'github/2/0')).toBeNull();
  });
});
