/** What a stand-in remembers. Branches, commits and files are not here: the bare git repositories hold them. */

export const ROLES = ['none', 'read', 'triage', 'write', 'maintain', 'admin'] as const;
export type Role = (typeof ROLES)[number];

export interface Account {
  id: number;
  login: string;
  type: 'User' | 'Organization' | 'Bot';
  name: string | null;
  email: string;
  createdAt: string;
}

export interface Label {
  id: number;
  name: string;
  color: string;
  description: string | null;
}

export const REACTIONS = ['+1', '-1', 'laugh', 'confused', 'heart', 'hooray', 'rocket', 'eyes'] as const;

export interface Reaction {
  id: number;
  user: Account;
  content: (typeof REACTIONS)[number];
  createdAt: string;
}

export interface Comment {
  id: number;
  body: string;
  user: Account;
  issue: Issue;
  reactions: Reaction[];
  createdAt: string;
  updatedAt: string;
}

/** An issue, or the half of a pull request that is one. */
export interface Issue {
  id: number;
  number: number;
  title: string;
  body: string | null;
  user: Account;
  state: 'open' | 'closed';
  stateReason: 'completed' | 'not_planned' | 'duplicate' | 'reopened' | null;
  labels: Label[];
  comments: Comment[];
  reactions: Reaction[];
  createdAt: string;
  updatedAt: string;
  closedAt: string | null;
  closedBy: Account | null;
  pull: Pull | null;
}

export interface Pull {
  id: number;
  issue: Issue;
  draft: boolean;
  headRef: string;
  headSha: string;
  baseRef: string;
  baseSha: string;
  commits: number;
  additions: number;
  deletions: number;
  changedFiles: number;
  mergeable: boolean;
  merged: { by: Account; at: string; sha: string } | null;
  reviews: Review[];
}

export interface Review {
  id: number;
  user: Account;
  body: string;
  state: 'APPROVED' | 'CHANGES_REQUESTED' | 'COMMENTED';
  commitId: string;
  submittedAt: string;
  dismissed: boolean;
  comments: ReviewComment[];
}

export interface ReviewComment {
  id: number;
  path: string;
  line: number;
  side: 'LEFT' | 'RIGHT';
  body: string;
  diffHunk: string;
}

export interface Status {
  id: number;
  sha: string;
  state: 'error' | 'failure' | 'pending' | 'success' | 'warning' | 'skipped';
  context: string;
  description: string | null;
  targetUrl: string | null;
  creator: Account;
  createdAt: string;
}

export interface Repository {
  id: number;
  owner: Account;
  name: string;
  fullName: string;
  private: boolean;
  description: string | null;
  defaultBranch: string;
  /** The bare repository's folder. */
  gitDir: string;
  /** By login in lower case. */
  collaborators: Map<string, Role>;
  labels: Label[];
  issues: Issue[];
  statuses: Status[];
  createdAt: string;
  pushedAt: string;
}
