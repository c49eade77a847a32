import { randomUUID } from 'node:crypto';
import type { Origin } from '../domain/origin.ts';
import { operator, type Person, type Task } from '../domain/task.ts';
import { SignalboxError } from '../errors.ts';
import type { AnyForge } from '../forge/forge.ts';
import type { Db } from '../store/database.ts';
import { change } from '../store/events.ts';
import { findTask, numberOfItsOwn, type Creation } from '../store/tasks.ts';
import type { Place } from './find-place.ts';
import { repeatTask, startWork, type WorkWish } from './start-work.ts';
import { placeOf, readWorkItems, type WorkContext } from './work-items.ts';

/** What a program asks for, beside how. */
export interface WorkRequest extends Omit<WorkWish, 'baseBranch'> {
  /** Its task's id. Asking again with the same one changes nothing. */
  readonly taskId: string;
  readonly actor: string;
  readonly origin: Origin;
  readonly context: WorkContext & { readonly branch?: string | undefined };
}

/** `impossible`: what was asked for is not there, or cannot be done; the message says why. */
export type Asked = Creation | { readonly impossible: { readonly code: string; readonly message: string } };

/** Makes a task for somebody who asks over the API. Whether the forge has what it is to be about is looked up first. */
export async function askForWork(
  services: { readonly db: Db; readonly forges: readonly AnyForge[] },
  request: WorkRequest,
): Promise<Asked> {
  const { context, instruction, ...wish } = request;
  const same = await findTask(services.db, wish.taskId);
  if (same) return { same };
  const place = placeOf(services.forges, context);
  if (typeof place === 'string') return impossible('task.no-repository', place);
  const items = readWorkItems(context, place);
  const { forge, repository } = place;
  const kind = await kindOf(place, items.number);
  if (typeof kind !== 'string') return kind;
  const told = [instruction, items.instruction].filter((part) => part !== null && part !== '').join('\n\n');
  if (items.number === null && told === '')
    return impossible('task.no-work', `Say what is to be done in ${repository}: in words, or by naming an issue.`);
  return change(services.db, async (tx) => {
    const number = items.number ?? (await numberOfItsOwn(tx, forge.name, repository));
    const asking = {
      subject: { forge: forge.name, repository, number },
      subjectKind: kind,
      ...promise({ ...request, by: operator(request.actor) }),
    };
    return startWork(tx, asking, { ...wish, instruction: told === '' ? null : told, baseBranch: context.branch ?? null });
  });
}

/** The same task again, for somebody who asks over the API or on the dashboard. */
export async function askAgain(db: Db, last: Task, request: Promised & { readonly instruction: string }): Promise<Creation> {
  const same = await findTask(db, request.taskId);
  if (same) return { same };
  const subject = { ...last.subject, number: last.askedOn };
  const asking = { subject, subjectKind: last.subjectKind, ...promise(request) };
  return change(db, (tx) => repeatTask(tx, asking, last, request.instruction));
}

interface Promised extends Pick<WorkRequest, 'taskId' | 'origin'> {
  readonly by: Person;
}

function promise({ taskId, by, origin }: Promised) {
  return { cause: `api/${taskId}`, origin, requestedBy: by, ids: { id: taskId, firstAgent: randomUUID() } };
}

/** What it is about, as the forge says. What the forge refuses for good is an answer; what it cannot do now is an error. */
async function kindOf(
  { forge, repository }: Place,
  number: number | null,
): Promise<Task['subjectKind'] | Extract<Asked, { impossible: unknown }>> {
  try {
    if (number === null)
      return (await forge.repository(repository))
        ? 'issue'
        : impossible('task.no-repository', `${repository} is not there, or may not be seen.`);
    if (!forge.subject)
      return impossible('task.no-issues', `${repository} is git alone, without issues: say in words what is to be done, not as ${number}.`);
    const subject = await forge.subject({ forge: forge.name, repository, number });
    return (
      subject?.kind ?? impossible('task.no-subject', `There is no issue or pull request ${number} in ${repository}, or it may not be seen.`)
    );
  } catch (error) {
    if (!(error instanceof SignalboxError) || error.retryable) throw error;
    return impossible(error.code, `${error.message} ${error.nextStep}`);
  }
}

function impossible(code: string, message: string) {
  return { impossible: { code, message } };
}
