import { AGENT_TRANSITIONS } from '../domain/agent.ts';
import { isTerminal } from '../domain/task.ts';
import { startLoop, type LoopOptions } from '../loop.ts';
import { overviewOf, type AgentOverview } from '../store/agent-overview.ts';
import type { Db } from '../store/database.ts';
import { headOfLog, readFeed, type FeedEvent } from '../store/feed.ts';
import { liveTasks } from '../store/overview.ts';
import { claimReader, releaseReader } from '../store/readers.ts';
import { taskOverviewOf, type TaskOverview } from '../store/task-overview.ts';
import type { Publication, Valkey } from './valkey.ts';

export interface PublisherOptions extends Pick<LoopOptions, 'notifications' | 'log'> {
  readonly db: Db;
  readonly valkey: Valkey;
  /** How tasks, agents and events are told: as the HTTP API tells them. */
  readonly views: {
    readonly task: (task: TaskOverview) => unknown;
    readonly agent: (agent: AgentOverview) => unknown;
    readonly event: (event: FeedEvent) => unknown;
  };
}

const NAME = 'valkey';
const AT_ONCE = 200;
/** Milliseconds. A server that dies over it leaves it to the next one after this. */
const LEASE_MS = 10_000;
/** Seconds. */
const KEPT_AFTER_THE_END = 86_400;

/**
 * Tells Valkey how each task and agent stands, and what happens, until disposed. Of several servers one does it at a time.
 * After a crash in between, events can come a second time: their numbers tell. The log from before the first start is not told.
 */
export function startPublisher(options: PublisherOptions): AsyncDisposable {
  const { db } = options;
  let isFirst = true;
  return startLoop({ name: 'valkey', topic: 'event', everyMs: 1000, ...options }, async () => {
    const claimed = await claimReader(db, NAME, LEASE_MS);
    if (claimed === null) return 'wait';
    let reached = claimed;
    try {
      const head = await headOfLog(db);
      if (isFirst)
        await publish(
          options,
          [],
          (await liveTasks(db, null)).map(({ id }) => id),
        );
      isFirst = false;
      const events = claimed === 0 ? [] : await readFeed(db, { scope: 'everything' }, { after: claimed, upTo: head, limit: AT_ONCE });
      await publish(options, events, tasksOf(events));
      reached = events.length === AT_ONCE ? events.at(-1)!.seq : head;
      return events.length === AT_ONCE ? 'again' : 'wait';
    } finally {
      await releaseReader(db, NAME, reached);
    }
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
