import type { FileChange } from '../git/diff.ts';
import type { Commit } from '../git/read.ts';
import type { Account, Comment, Issue, Label, Pull, Review } from './model.ts';

/** What a person or a bot has just done, once it is done. The forge makes its webhooks of it. An issue may be a pull request's half. */
export type Happening =
  | { kind: 'opened'; issue: Issue; by: Account }
  | { kind: 'edited'; issue: Issue; by: Account; changes: Changes }
  | { kind: 'closed' | 'reopened'; issue: Issue; by: Account }
  | { kind: 'labelled'; issue: Issue; by: Account; labelling: Labelling }
  | { kind: 'commented'; comment: Comment; by: Account }
  | { kind: 'comment-edited'; comment: Comment; by: Account; from: string }
  | { kind: 'comment-deleted'; comment: Comment; by: Account }
  | { kind: 'draft-changed'; pull: Pull; by: Account }
  | { kind: 'reviewed'; pull: Pull; by: Account; review: Review }
  | { kind: 'head-moved'; pull: Pull; by: Account; before: string; after: string }
  | { kind: 'pushed'; by: Account; push: Push }
  /** After a push to a branch, and all that followed from it. */
  | { kind: 'branch-settled'; by: Account; branch: string; head: Commit };

export interface Changes {
  title?: { from: string };
  body?: { from: string };
}

/** Also told where the labels that were named were on, or off, already: then nothing is added and nothing removed. */
export interface Labelling {
  how: 'added' | 'removed' | 'replaced' | 'cleared';
  named: readonly Label[];
  before: readonly Label[];
  added: readonly Label[];
  removed: readonly Label[];
}

export interface RefChange {
  ref: string;
  before: string | null;
  after: string | null;
}

export interface Push extends RefChange {
  forced: boolean;
  /** The oldest first; of a new ref the newest alone. */
  commits: readonly { commit: Commit; files: readonly FileChange[] }[];
}
