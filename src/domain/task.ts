import type { Limits } from './agent.ts';
import type { Origin } from './origin.ts';

export const TASK_STATES = ['pending', 'dispatched', 'running', 'completed', 'failed', 'killed'] as const;
export type TaskState = (typeof TASK_STATES)[number];

/** The whole state machine of a task. A state that leads nowhere is terminal. */
export const TASK_TRANSITIONS: Readonly<Record<TaskState, readonly TaskState[]>> = {
  pending: ['dispatched', 'failed', 'killed'],
  dispatched: ['running', 'failed', 'killed'],
  running: ['completed', 'failed', 'killed'],
  completed: [],
  failed: [],
  killed: [],
};

export const AGENT_TYPES = ['worker', 'reviewer', 'tester'] as const;
export type AgentType = (typeof AGENT_TYPES)[number];

export const GATE_PROFILES = ['strict', 'standard', 'minimal', 'custom'] as const;
export type GateProfile = (typeof GATE_PROFILES)[number];

/** What a task is for: an agent's work with its gates, or the gates alone on a commit that is already published. */
export type TaskPurpose = 'work' | 'gates';

/** A person as the forge knows them. `id` is the forge's own number, the part of a name that never changes. */
export interface Person {
  readonly login: string;
  readonly id: number;
}

/** Somebody who asked over the HTTP API, as the audit log names them: not an account of the forge, and trusted like the settings. */
export function operator(actor: string): Person {
  return { login: actor, id: 0 };
}

export function isOperator({ id }: Person): boolean {
  return id === 0;
}

/** The issue or pull request that a task is about. */
export interface SubjectRef {
  /** The configured forge's name, for example `github`; `git` where the repository is nothing but an address of git. */
  readonly forge: string;
  /** `owner/name`, or the address. */
  readonly repository: string;
  /** Below zero, and no other task's of the repository, where the work is about nothing that is on the forge. */
  readonly number: number;
}

/** Whether there is an issue or pull request, or the work is only what somebody said. */
export function isOnForge({ number }: Pick<SubjectRef, 'number'>): boolean {
  return number > 0;
}

/** For people: `acme/app#7`, or `acme/app`. */
export function nameOf({ repository, number }: Pick<SubjectRef, 'repository' | 'number'>): string {
  return isOnForge({ number }) ? `${repository}#${number}` : repository;
}

export interface Task {
  readonly id: string;
  /** The issue, or the pull request where nothing but that was there to ask on. */
  readonly subject: SubjectRef;
  readonly subjectKind: 'issue' | 'pull';
  /** The number of the issue or pull request on which it was asked for, and where the status comment stands. */
  readonly askedOn: number;
  /** Of the request that asked for it. */
  readonly origin: Origin;
  /** Of the subject; null before a worker has read it. */
  readonly title: string | null;
  readonly purpose: TaskPurpose;
  readonly agentType: AgentType;
  /** null: the repository's settings decide. */
  readonly profile: GateProfile | null;
  /** 1 is taken first, 10 last. */
  readonly priority: number;
  /** Lower than what the settings allow, where somebody asked for that. */
  readonly limits: Partial<Limits> | null;
  /** What the person added to the command, in their own words. */
  readonly instruction: string | null;
  readonly requestedBy: Person;
  /** The branch the result goes to: set when the task continues one, or once the worker has chosen it. */
  readonly branch: string | null;
  /** The branch it is judged against and merged into: as somebody said, or null until the worker has asked the forge. */
  readonly baseBranch: string | null;
  readonly pullRequest: number | null;
  /** The head commit that is on the forge, once there is one. */
  readonly headSha: string | null;
  readonly state: TaskState;
  /** What ended it, in one sentence with the next step, when it did not complete. */
  readonly outcome: TaskOutcome | null;
  /** The task that this one repeats or continues. */
  readonly continues: string | null;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

/** How a task ended, for the person who reads it. */
export interface TaskOutcome {
  /** Stable and searchable: an error's code, or `published`, `no-change`, `killed`, `gates-red` … */
  readonly code: string;
  readonly message: string;
  readonly nextStep: string | null;
}

export function isTerminal(state: TaskState): boolean {
  return TASK_TRANSITIONS[state].length === 0;
}
