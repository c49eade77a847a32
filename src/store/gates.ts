import { asc, eq, sql } from 'drizzle-orm';
import type { GateResult } from '../domain/finding.ts';
import type { Db } from './database.ts';
import { appendEvent, type Change } from './events.ts';
import { gates } from './schema.ts';

/** Notes where a gate of a task stands, and tells everybody. */
export async function putGate(tx: Change, taskId: string, agentId: string, position: number, result: GateResult): Promise<void> {
  await tx
    .insert(gates)
    .values({ taskId, gate: result.gate, position, result })
    .onConflictDoUpdate({ target: [gates.taskId, gates.gate], set: { position, result, updatedAt: sql`now()` } });
  await appendEvent(tx, {
    type: 'gate.changed',
    taskId,
    agentId,
    data: { gate: result.gate, state: result.state, summary: result.summary, durationMs: result.durationMs },
  });
}

/** Forgets a task's gates: a new round judges a new tree. */
export async function clearGates(tx: Change, taskId: string): Promise<void> {
  await tx.delete(gates).where(eq(gates.taskId, taskId));
}

export async function gatesOf(db: Db, taskId: string): Promise<GateResult[]> {
  const rows = await db.select({ result: gates.result }).from(gates).where(eq(gates.taskId, taskId)).orderBy(asc(gates.position));
  return rows.map((row) => row.result);
}
