import type { Task } from '../domain/task.ts';
import type { Logger } from '../log.ts';
import { startLoop } from '../loop.ts';
import type { Queue } from '../queue/queue.ts';
import type { Db } from '../store/database.ts';
import { change } from '../store/events.ts';
import { haltOf } from '../store/facts.ts';
import type { Notifications } from '../store/notifications.ts';
import { tasksIn, transitionTask } from '../store/tasks.ts';

export interface DispatcherOptions {
  readonly db: Db;
  readonly notifications: Notifications;
  readonly queue: Queue;
  readonly log: Logger;
  /** Agents at once, over all workers. */
  readonly maxAgents: number;
  /** Agents at once on one repository. */
  readonly maxPerRepository: number;
}

/** As many waiting tasks are looked at; those behind them wait for those before them. */
const LOOKED_AT = 500;

/**
 * Brings waiting tasks to the queue, as many as there is room for. The task is marked before the job is added, because a
 * worker takes only what is marked, and it may be faster than we; a job that a crash between the two, or a queue that is away,
 * leaves out is added by the sweep.
 */
export function startDispatcher(options: DispatcherOptions): AsyncDisposable {
  const { db, queue } = options;
  return startLoop({ name: 'dispatcher', topic: 'task', everyMs: 1000, ...options }, async () => {
    if (await haltOf(db)) return 'wait';
    const busy = await tasksIn(db, ['dispatched', 'running'], LOOKED_AT);
    for (const task of chooseNext(await tasksIn(db, ['pending'], LOOKED_AT), busy, options)) {
      const marked = await change(db, (tx) => transitionTask(tx, task.id, 'dispatched'));
      if (marked) await queue.add(task.id, task.priority);
    }
    return 'wait';
  });
}

/**
 * Who comes next: the most urgent; among equals the repository that has the fewest agents at work, and then who has waited
 * longest. No repository gets more than its share, however much it asks for. Pure.
 */
export function chooseNext(
  waiting: readonly Task[],
  busy: readonly Task[],
  { maxAgents, maxPerRepository }: Pick<DispatcherOptions, 'maxAgents' | 'maxPerRepository'>,
): Task[] {
  const load = new Map<string, number>();
  const loadOf = (task: Task) => load.get(keyOf(task)) ?? 0;
  for (const task of busy) load.set(keyOf(task), loadOf(task) + 1);
  const left = [...waiting];
  const chosen: Task[] = [];
  while (busy.length + chosen.length < maxAgents) {
    const open = left.filter((task) => loadOf(task) < maxPerRepository);
    const next = open.sort((a, b) => a.priority - b.priority || loadOf(a) - loadOf(b) || a.createdAt.getTime() - b.createdAt.getTime())[0];
    if (!next) break;
    left.splice(left.indexOf(next), 1);
    load.set(keyOf(next), loadOf(next) + 1);
    chosen.push(next);
  }
  return chosen;
}

function keyOf({ subject }: Task): string {
  return `${subject.forge}/${subject.repository}`;
}
