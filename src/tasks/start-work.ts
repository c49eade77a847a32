import { randomUUID } from 'node:crypto';
import type { Limits } from '../domain/agent.ts';
import type { Origin } from '../domain/origin.ts';
import type { AgentType, GateProfile, Person, SubjectRef, Task, TaskPurpose } from '../domain/task.ts';
import type { Change } from '../store/events.ts';
import { createTask, latestTaskOf, type Creation } from '../store/tasks.ts';

export const DEFAULT_PRIORITY = 5;

/** Somebody asks for something on an issue or pull request. */
export interface Asking {
  readonly subject: SubjectRef;
  readonly subjectKind: 'issue' | 'pull';
  readonly requestedBy: Person;
  /** Names this asking for ever: the same asking has the same cause, and makes one task. */
  readonly cause: string;
  readonly origin: Origin;
  /** The ids of the task and of its first agent, where they were promised to somebody. */
  readonly ids?: { readonly id: string; readonly firstAgent: string };
}

export interface WorkWish {
  readonly agentType: AgentType;
  readonly profile: GateProfile | null;
  readonly priority: number;
  readonly instruction: string | null;
  readonly limits?: Partial<Limits> | null;
  /** What a new branch starts from; the repository's default branch when nothing is said. */
  readonly baseBranch?: string | null;
}

/** An agent for the subject, on the branch of the work that is there already, if there is some. */
export async function startWork(tx: Change, asking: Asking, wish: WorkWish): Promise<Creation> {
  return create(tx, asking, await latestTaskOf(tx, asking.subject, 'work'), 'work', wish);
}

/** The same again, on the same branch, with something added. */
export async function repeatTask(tx: Change, asking: Asking, last: Task, addition: string): Promise<Creation> {
  const instruction = [last.instruction, addition].filter((part) => part !== null && part !== '').join('\n\n');
  const { agentType, profile, priority, limits } = last;
  return create(tx, asking, last, last.purpose, {
    agentType,
    profile,
    priority,
    limits,
    instruction: instruction === '' ? null : instruction,
  });
}

/** The gates alone, on what is published. */
export async function runGatesAgain(tx: Change, asking: Asking, last: Task): Promise<Creation> {
  const { agentType, profile } = last;
  return create(tx, asking, last, 'gates', { agentType, profile, priority: DEFAULT_PRIORITY, instruction: null });
}

function create(tx: Change, asking: Asking, earlier: Task | null, purpose: TaskPurpose, wish: WorkWish): Promise<Creation> {
  const { cause, origin, requestedBy, ids = { id: randomUUID() } } = asking;
  return createTask(tx, {
    ...placeOf(asking, earlier),
    ...wish,
    baseBranch: wish.baseBranch ?? earlier?.baseBranch ?? null,
    ...ids,
    cause,
    origin,
    requestedBy,
    purpose,
  });
}

/**
 * Where a new task belongs: to the subject of the earlier one and its branch, so that an issue and the pull request that
 * came of it are one piece of work.
 */
function placeOf(asking: Asking, earlier: Task | null) {
  const askedOn = asking.subject.number;
  if (!earlier) {
    const pullRequest = asking.subjectKind === 'pull' ? askedOn : null;
    return { subject: asking.subject, subjectKind: asking.subjectKind, askedOn, pullRequest };
  }
  const { subject, subjectKind, branch, pullRequest } = earlier;
  return { subject, subjectKind, askedOn, branch, pullRequest, continues: earlier.id };
}
