import type { Agent } from '../../src/store/agents.ts';
import type { StopRequest } from '../../src/store/schema.ts';
import type { TaskOutcome, TaskPurpose, TaskState } from '../../src/domain/task.ts';
import type { Look } from './look.ts';

/** Everything that the database says at the end. */
export interface Facts {
  readonly instance: string;
  readonly tasks: readonly TaskRow[];
  readonly agents: readonly AgentRow[];
  readonly events: readonly EventRow[];
  readonly steps: readonly StepRow[];
  readonly deliveries: readonly DeliveryRow[];
}

export interface TaskRow {
  readonly id: string;
  readonly cause: string;
  readonly repository: string;
  readonly number: number;
  readonly asked_on: number;
  readonly state: TaskState;
  readonly purpose: TaskPurpose;
  readonly branch: string | null;
  readonly pull_request: number | null;
  readonly head_sha: string | null;
  readonly outcome: TaskOutcome | null;
  readonly continues: string | null;
  readonly kill_request: StopRequest | null;
  readonly kill_requested_at: Date | null;
  readonly kill_confirmed_at: Date | null;
  readonly stop_request: StopRequest | null;
  readonly created_at: Date;
}

export interface AgentRow {
  readonly id: string;
  readonly task_id: string;
  readonly state: Agent['state'];
  readonly resumptions: number;
  readonly host: string;
  readonly publishing: string | null;
  readonly ended_at: Date | null;
}

export interface EventRow {
  readonly seq: number;
  readonly type: string;
  readonly task_id: string | null;
  readonly agent_id: string | null;
  readonly data: Readonly<Record<string, unknown>>;
  readonly at: Date;
}

export interface StepRow {
  readonly agent_id: string;
  readonly seq: number;
  readonly body: string;
  readonly at: Date;
}

export interface DeliveryRow {
  readonly delivery_id: string;
  readonly event: string;
  readonly state: 'received' | 'handled' | 'ignored' | 'failed';
  readonly note: string | null;
  readonly attempts: number;
}

export async function collectFacts(look: Look): Promise<Facts> {
  const [instance] = await look.rows<{ value: string }>("select value from signalbox.facts where name = 'instance'");
  return {
    instance: instance!.value,
    tasks: await look.rows<TaskRow & Record<string, unknown>>('select * from signalbox.tasks order by created_at'),
    agents: await look.rows<AgentRow & Record<string, unknown>>('select * from signalbox.agents order by spawned_at'),
    events: await look.rows<EventRow & Record<string, unknown>>(
      'select seq::int, type, task_id, agent_id, data, at from signalbox.events order by seq',
    ),
    steps: await look.rows<StepRow & Record<string, unknown>>('select * from signalbox.steps order by agent_id, seq'),
    deliveries: await look.rows<DeliveryRow & Record<string, unknown>>(
      'select delivery_id, event, state, note, attempts from signalbox.deliveries order by seq',
    ),
  };
}
