import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { takeAgent } from '../../src/store/agents.ts';
import type { Database } from '../../src/store/database.ts';
import { change, readEvents } from '../../src/store/events.ts';
import { clearGates, gatesOf, putGate } from '../../src/store/gates.ts';
import { gate } from '../report/view.ts';
import { openStore, taskIn } from './open.ts';

let store: Database;
beforeAll(async () => {
  store = await openStore();
});
afterAll(() => store[Symbol.asyncDispose]());

async function begun(): Promise<{ taskId: string; agentId: string }> {
  const [taskId, agentId] = [await taskIn(store, 'dispatched'), randomUUID()];
  await change(store.db, (tx) => takeAgent(tx, { id: agentId, taskId, worker: 'w', host: 'h', model: 'm', leaseMs: 1000 }));
  return { taskId, agentId };
}

test('gates keep their order and their newest state, and every change is told', async () => {
  const { taskId, agentId } = await begun();
  const put = (position: number, result: ReturnType<typeof gate>) =>
    change(store.db, (tx) => putGate(tx, taskId, agentId, position, result));
  await put(1, gate('test', 'queued'));
  await put(0, gate('lint', 'running'));
  await put(1, gate('test', 'failed', { summary: '2 of 41 tests failed' }));
  expect(await gatesOf(store.db, taskId)).toMatchObject([
    { gate: 'lint', state: 'running' },
    { gate: 'test', state: 'failed', summary: '2 of 41 tests failed' },
  ]);
  const told = await readEvents(store.db, { after: 0, limit: 100, taskId, types: ['gate.changed'] });
  expect(told.map(({ data, agentId: by }) => [data['gate'], data['state'], by])).toEqual([
    ['test', 'queued', agentId],
    ['lint', 'running', agentId],
    ['test', 'failed', agentId],
  ]);
  await change(store.db, (tx) => clearGates(tx, taskId));
  expect(await gatesOf(store.db, taskId)).toEqual([]);
});

test('whatever bytes a tool prints can be kept', async () => {
  const { taskId, agentId } = await begun();
  const odd = 'a\0b\uD83D';
  const finding = { severity: 'error', path: odd, line: 1, endLine: null, rule: odd, message: odd } as const;
  const result = gate('test', 'failed', { summary: odd, command: odd, log: odd, findings: [finding] });
  await change(store.db, (tx) => putGate(tx, taskId, agentId, 0, result));
  const [kept] = await gatesOf(store.db, taskId);
  expect(kept).toEqual(JSON.parse(JSON.stringify(result).replaceAll('\\u0000', '').replaceAll('\\ud83d', '\uFFFD')));
});
