import type { Agent } from '../store/agents.ts';
import { agentsOf } from '../store/agents.ts';
import type { Db } from '../store/database.ts';
import { gatesOf } from '../store/gates.ts';
import { haltOf, type Halt } from '../store/facts.ts';
import { lastUnconfirmed } from '../store/overview.ts';
import { stopStateOf, type StopState } from '../store/tasks.ts';
import type { GateResult } from '../domain/finding.ts';
import type { Task } from '../domain/task.ts';

/** Everything that a report is made from. */
export interface TaskView {
  readonly task: Task;
  readonly stopping: StopState;
  /** What the last try to confirm a kill could not find out; null when none has failed. */
  readonly unconfirmed: string | null;
  /** Why a task that waits does not begin; null when nothing is halted. */
  readonly halt: Halt | null;
  /** The newest attempt; null before the first. */
  readonly agent: Agent | null;
  readonly gates: readonly GateResult[];
}

export async function viewOf(db: Db, task: Task): Promise<TaskView> {
  return {
    task,
    stopping: await stopStateOf(db, task.id),
    unconfirmed: await lastUnconfirmed(db, task.id),
    halt: await haltOf(db),
    agent: (await agentsOf(db, task.id)).at(-1) ?? null,
    gates: await gatesOf(db, task.id),
  };
}
