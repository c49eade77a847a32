import type { Account, Issue, Label } from '../../forge/server/model.ts';

/** What GitHub alone knows: Apps, their checks, and a list of what happened in a repository. */

export type Permissions = Record<string, 'read' | 'write'>;

export interface Installation {
  id: number;
  account: Account;
  permissions: Permissions;
  /** null: every repository of the account. */
  repositories: Set<number> | null;
  createdAt: string;
}

export interface IssueEvent {
  id: number;
  issue: Issue;
  by: Account;
  event: 'labeled' | 'unlabeled' | 'closed' | 'reopened';
  label: Label | null;
  at: string;
}

export interface Annotation {
  path: string;
  start_line: number;
  end_line: number;
  start_column: number | null;
  end_column: number | null;
  annotation_level: 'notice' | 'warning' | 'failure';
  message: string;
  title: string | null;
  raw_details: string | null;
}

export interface CheckAction {
  label: string;
  description: string;
  identifier: string;
}

/** One per commit and App. */
export interface CheckSuite {
  id: number;
  headSha: string;
  headBranch: string | null;
  createdAt: string;
}

export interface CheckRun {
  id: number;
  suite: CheckSuite;
  name: string;
  headSha: string;
  externalId: string;
  detailsUrl: string;
  status: 'queued' | 'in_progress' | 'completed';
  conclusion: string | null;
  startedAt: string;
  completedAt: string | null;
  title: string | null;
  summary: string | null;
  text: string | null;
  annotations: Annotation[];
  actions: CheckAction[];
}

/** Of a repository. */
export interface Checks {
  suites: CheckSuite[];
  runs: CheckRun[];
}
