import { beforeEach, describe, expect, test } from 'vitest';
import type { Database } from '../../src/store/database.ts';
import { appendEvent, change } from '../../src/store/events.ts';
import { halt, liftHalt } from '../../src/store/facts.ts';
import { claimReports, finishReport, nextReportIn, noteReport, postponeReport, renewReport } from '../../src/store/reports.ts';
import { transitionTask } from '../../src/store/tasks.ts';
import { openStore, taskIn } from './open.ts';

const LONG = 600_000;
let store: Database;
beforeEach(async () => {
  const opened = await openStore();
  store = opened;
  return () => opened[Symbol.asyncDispose]();
});

async function claimed(): Promise<string[]> {
  await pass(1);
  return (await claimReports(store.db, 10, LONG)).map(({ taskId }) => taskId);
}

async function pass(ms: number): Promise<void> {
  await store.pool.query("update signalbox.reports set due_at = due_at - $1 * interval '1 millisecond'", [ms]);
}

async function one() {
  await pass(1);
  const [report] = await claimReports(store.db, 10, LONG);
  return report!;
}

describe('a report', () => {
  test('is one for all changes of a task that it has not shown yet', async () => {
    const id = await taskIn(store, 'running');
    const report = await one();
    expect(report).toMatchObject({ taskId: id, done: 0, attempts: 1, commentId: null, checks: {} });
    await finishReport(store.db, id, report.wanted, 0);
    expect(await claimed()).toEqual([]);
    expect(await nextReportIn(store.db)).toBeNull();
  });

  test('is behind again when something changes while it is written', async () => {
    const id = await taskIn(store, 'running');
    const report = await one();
    await change(store.db, (tx) => transitionTask(tx, id, 'completed'));
    expect(await claimed()).toEqual([]);
    await finishReport(store.db, id, report.wanted, 0);
    expect(await claimed()).toEqual([id]);
  });

  test('rests between two writes', async () => {
    const id = await taskIn(store, 'dispatched');
    await finishReport(store.db, id, (await one()).wanted, 2000);
    await change(store.db, (tx) => transitionTask(tx, id, 'running'));
    expect(await claimed()).toEqual([]);
    const wait = (await nextReportIn(store.db))!;
    expect(wait).toBeGreaterThan(0);
    expect(wait).toBeLessThanOrEqual(2000);
    await pass(2001);
    expect(await nextReportIn(store.db)).toBe(0);
    expect(await claimed()).toEqual([id]);
  });

  test('is not wanted for what it does not show', async () => {
    const id = await taskIn(store, 'running');
    await finishReport(store.db, id, (await one()).wanted, 0);
    await change(store.db, (tx) => appendEvent(tx, { type: 'agent.said', taskId: id, data: {} }));
    expect(await claimed()).toEqual([]);
    await change(store.db, (tx) => appendEvent(tx, { type: 'gate.changed', taskId: id, data: {} }));
    expect(await claimed()).toEqual([id]);
  });

  test('of what waits is wanted when the instance is halted, and when it is resumed; no other is', async () => {
    const ids = [
      await taskIn(store, 'pending'),
      await taskIn(store, 'dispatched'),
      await taskIn(store, 'running'),
      await taskIn(store, 'killed'),
    ];
    const settle = async () => {
      await pass(1);
      const reports = await claimReports(store.db, 10, LONG);
      for (const { taskId, wanted } of reports) await finishReport(store.db, taskId, wanted, 0);
      return reports.map(({ taskId }) => taskId);
    };
    expect(await settle()).toHaveLength(4);
    const request = { actor: 'ada', route: 'api', reason: 'maintenance' };
    await change(store.db, (tx) => halt(tx, request));
    expect((await settle()).toSorted()).toEqual(ids.slice(0, 2).toSorted());
    await change(store.db, (tx) => halt(tx, request));
    expect(await settle()).toEqual([]);
    await change(store.db, (tx) => liftHalt(tx, request));
    expect((await settle()).toSorted()).toEqual(ids.slice(0, 2).toSorted());
  });

  test('is taken by one of many who ask at once, and by the next when the claim has run out', async () => {
    await taskIn(store, 'running');
    const claims = await Promise.all(Array.from({ length: 10 }, () => claimReports(store.db, 10, 15_000)));
    expect(claims.flat()).toHaveLength(1);
    await pass(14_000);
    await renewReport(store.db, claims.flat()[0]!.taskId, 15_000);
    await pass(14_000);
    expect(await claimReports(store.db, 10, 15_000)).toEqual([]);
    await pass(2000);
    expect(await one()).toMatchObject({ attempts: 2 });
  });

  test('waits after a failure, and counts anew after a success', async () => {
    const id = await taskIn(store, 'running');
    await one();
    await postponeReport(store.db, id, 'the forge is down', 5000);
    expect(await claimed()).toEqual([]);
    await pass(5001);
    const again = await one();
    expect(again).toMatchObject({ problem: 'the forge is down', attempts: 2 });
    await finishReport(store.db, id, again.wanted, 0);
    await change(store.db, (tx) => transitionTask(tx, id, 'failed'));
    expect(await one()).toMatchObject({ problem: null, attempts: 1 });
  });

  test('remembers what it has written', async () => {
    const id = await taskIn(store, 'running');
    await noteReport(store.db, id, { commentId: 5, commentBody: 'text' });
    await noteReport(store.db, id, { checks: { 'sha name': { id: 7, body: '[]' } } });
    expect(await one()).toMatchObject({ commentId: 5, commentBody: 'text', checks: { 'sha name': { id: 7, body: '[]' } } });
  });
});
