import { AGENT_TRANSITIONS } from '../domain/agent.ts';
import { isTerminal } from '../domain/task.ts';
import { overviewOf, type AgentOverview } from '../store/agent-overview.ts';
import type { FeedEvent } from '../store/feed.ts';
import { liveTasks } from '../store/overview.ts';
import { taskOverviewOf, type TaskOverview } from '../store/task-overview.ts';
import { startLogReader, type LogReaderOptions } from './log-reader.ts';
import type { Publication, Valkey } from './valkey.ts';

export interface PublisherOptions extends Omit<LogReaderOptions, 'name'> {
  readonly valkey: Valkey;
  /** How tasks, agents and events are told: as the HTTP API tells them. */
  readonly views: {
    readonly task: (task: TaskOverview) => unknown;
    readonly agent: (agent: AgentOverview) => unknown;
    readonly event: (event: FeedEvent) => unknown;
  };
}

/** Seconds. */
const KEPT_AFTER_THE_END = 86_400;

/** Tells Valkey how each task and agent stands, all that are not over at first, and what happens, until disposed. */
export function startPublisher(options: PublisherOptions): AsyncDisposable {
  const { db } = options;
  let isFirst = true;
  return startLogReader({ ...options, name: 'valkey' }, async (events) => {
    if (isFirst) {
      const live = await liveTasks(db, null);
      await publish(
        options,
        [],
        live.map(({ id }) => id),
      );
    }
    isFirst = false;
    await publish(options, events, tasksOf(events));
  });
}

function tasksOf(events: readonly FeedEvent[]): string[] {
  return [...new Set(events.flatMap(({ taskId }) => taskId ?? []))];
}

/** The states are written before the events that led to them: who hears of one finds it there. */
async function publish({ db, valkey, views }: PublisherOptions, events: readonly FeedEvent[], taskIds: readonly string[]): Promise<void> {
  const states: Publication['states'][number][] = [];
  for (const id of taskIds) {
    const task = await taskOverviewOf(db, id);
    const agent = task?.agentId ? await overviewOf(db, task.agentId) : null;
    if (task) states.push(stateOf('task', task.id, views.task(task), isTerminal(task.state)));
    if (agent) states.push(stateOf('agent', agent.agentId, views.agent(agent), AGENT_TRANSITIONS[agent.state].length === 0));
  }
  if (states.length + events.length === 0) return;
  await valkey.write({ states, channel: 'orchestrator:events', messages: events.map((event) => JSON.stringify(views.event(event))) });
}

function stateOf(kind: 'task' | 'agent', id: string, view: unknown, isOver: boolean): Publication['states'][number] {
  return [`orchestrator:${kind}:${id}`, JSON.stringify(view), isOver ? KEPT_AFTER_THE_END : null];
}
