import type { Account, Label } from '../../forge/server/model.ts';

/** What Gitea alone knows: webhooks of a repository, and a timeline of each issue. */

export interface Hook {
  id: number;
  url: string;
  contentType: 'json' | 'form';
  secret: string;
  /** The kinds of event, umbrellas resolved. */
  events: ReadonlySet<string>;
  active: boolean;
  branchFilter: string;
  authorization: string;
  createdAt: string;
  updatedAt: string;
}

/** What is not a comment. Its id is of the same row as theirs. */
export type TimelineEntry = { id: number; by: Account; at: string } & (
  | { type: 'label'; label: Label; added: boolean }
  | { type: 'close' | 'reopen' | 'merge_pull' }
  | { type: 'change_title'; from: string; to: string }
  | { type: 'review'; reviewId: number; body: string }
  | { type: 'pull_push'; commits: readonly string[] }
  | { type: 'dismiss_review'; reviewId: number; body: string }
);

/** What differs between versions, and between Gitea and Forgejo. */
export interface Dialect {
  /** Whether a change of labels says which ones went on and off. */
  labelChanges: 'told' | 'untold';
  /**
   * The labels in the payload of their change. `usual`: those of now, but none at all of a replacement, and those that were
   * there of a clearing, as Gitea has it. `stale`: always those from before.
   */
  labels: 'usual' | 'stale';
  /** Whether an issue's labels may be named, and not only numbered. */
  labelNames: boolean;
  /** Forgejo sends its own family of headers as well. */
  forgejo: boolean;
}
