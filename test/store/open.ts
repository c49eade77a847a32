import { randomUUID } from 'node:crypto';
import type { SubjectRef } from '../../src/domain/task.ts';
import { openDatabase, type Database } from '../../src/store/database.ts';
import { change } from '../../src/store/events.ts';
import { createTask, transitionTask, type NewTask } from '../../src/store/tasks.ts';
import type { TaskState } from '../../src/domain/task.ts';
import { testDatabase } from '../support/database.ts';
import { ORIGIN } from '../support/origin.ts';

/** A store of the test's own, in an empty database. */
export async function openStore(): Promise<Database> {
  await using stack = new AsyncDisposableStack();
  const place = stack.use(await testDatabase());
  const database = stack.use(await openDatabase(place.url));
  const parts = stack.move();
  return { ...database, [Symbol.asyncDispose]: () => parts.disposeAsync() };
}

let last = 0;

/** A subject that no other test has. */
export function anySubject(): SubjectRef {
  last += 1;
  return { forge: 'github', repository: 'acme/app', number: last };
}

export function wishFor(changes: Partial<NewTask> = {}): NewTask {
  const subject = changes.subject ?? anySubject();
  return {
    id: randomUUID(),
    cause: `test/${randomUUID()}`,
    subject,
    subjectKind: 'issue',
    origin: ORIGIN,
    askedOn: subject.number,
    purpose: 'work',
    agentType: 'worker',
    profile: null,
    priority: 5,
    instruction: null,
    requestedBy: { login: 'ada', id: 1 },
    ...changes,
  };
}

/** The shortest way from `pending` to a state. */
const WAYS: Readonly<Record<TaskState, readonly TaskState[]>> = {
  pending: [],
  dispatched: ['dispatched'],
  running: ['dispatched', 'running'],
  completed: ['dispatched', 'running', 'completed'],
  failed: ['failed'],
  killed: ['killed'],
};

/** A new task in this state; its id. */
export async function taskIn({ db }: Pick<Database, 'db'>, state: TaskState, changes: Partial<NewTask> = {}): Promise<string> {
  const wish = wishFor(changes);
  await change(db, async (tx) => {
    await createTask(tx, wish);
    for (const to of WAYS[state]) await transitionTask(tx, wish.id, to);
  });
  return wish.id;
}
