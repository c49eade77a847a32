import type { Agent } from '../store/agents.ts';
import { agentsOf } from '../store/agents.ts';
import type { Db } from '../store/database.ts';
import { gatesOf } from '../store/gates.ts';
import { stopStateOf, type StopState } from '../store/tasks.ts';
import type { GateResult } from '../domain/finding.ts';
import type { Task } from '../domain/task.ts';

/** Everything that a report is made from. */
export interface TaskView {
  readonly task: Task;
  readonly stopping: StopState;
  /** The newest attempt; null before the first. */
  readonly agent: Agent | null;
  readonly gates: readonly GateResult[];
}

export async function viewOf(db: Db, task: Task): Promise<TaskView> {
  const [stopping, agents, gates] = await Promise.all([stopStateOf(db, task.id), agentsOf(db, task.id), gatesOf(db, task.id)]);
  return { task, stopping, agent: agents.at(-1) ?? null, gates };
}
