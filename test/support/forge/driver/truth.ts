import { diffText } from '../git/diff.ts';
import { mergeBase, readCommits, readFileAt, readRefs, resolveCommit, type Commit } from '../git/read.ts';
import { findIssue } from '../behaviour/issues.ts';
import { findPull, pullsOf } from '../behaviour/pulls.ts';
import type { ForgeHub } from '../server/hub.ts';
import type { Comment, Issue, Pull, Repository, Role, Status } from '../server/model.ts';

/** What a repository holds now, whoever may see it: copies, as plain as a test wants them. */
export class RepositoryTruth {
  readonly cloneUrl: string;
  readonly gitDir: string;
  readonly #repository: Repository;

  constructor(hub: ForgeHub, repository: Repository) {
    this.#repository = repository;
    this.cloneUrl = hub.urls.clone(repository);
    this.gitDir = repository.gitDir;
  }

  /** By name; `'none'` puts somebody out. */
  setRole(login: string, role: Role): void {
    this.#repository.collaborators.set(login.toLowerCase(), role);
  }

  issues() {
    return this.#repository.issues.filter((issue) => !issue.pull).map(plainIssue);
  }

  /** An issue, or the half of a pull request that is one. */
  issue(number: number) {
    return plainIssue(findIssue(this.#repository, number));
  }

  comments(number: number) {
    return findIssue(this.#repository, number).comments.map(plainComment);
  }

  pulls() {
    return pullsOf(this.#repository).map(plainPull);
  }

  pull(number: number) {
    return plainPull(findPull(this.#repository, number));
  }

  statuses(sha: string): Status[] {
    return this.#repository.statuses.filter((status) => status.sha === sha);
  }

  /** Their tips by name, in alphabetical order. */
  async branches(): Promise<Record<string, string>> {
    const heads = [...(await readRefs(this.gitDir))].filter(([ref]) => ref.startsWith('refs/heads/'));
    return Object.fromEntries(heads.map(([ref, sha]) => [ref.slice('refs/heads/'.length), sha]));
  }

  /** The newest first. */
  async commits(ref: string): Promise<Commit[]> {
    const sha = await resolveCommit(this.gitDir, ref);
    return sha ? readCommits(this.gitDir, sha) : [];
  }

  async file(ref: string, path: string): Promise<string | null> {
    const commit = await resolveCommit(this.gitDir, ref);
    const file = commit && (await readFileAt(this.gitDir, commit, path));
    return file ? file.content.toString() : null;
  }

  /** A pull request's diff, as its page shows it. */
  async diff(number: number): Promise<string> {
    const { baseSha, headSha } = findPull(this.#repository, number);
    return diffText(this.gitDir, await mergeBase(this.gitDir, baseSha, headSha), headSha);
  }
}

function plainIssue(issue: Issue) {
  const { number, title, body, state, stateReason } = issue;
  return {
    number,
    title,
    body,
    state,
    stateReason,
    author: issue.user.login,
    labels: issue.labels.map((label) => label.name),
    reactions: issue.reactions.map(({ content, user }) => ({ content, by: user.login })),
    comments: issue.comments.map(plainComment),
  };
}

function plainComment({ id, body, user, reactions, createdAt, updatedAt }: Comment) {
  return {
    id,
    body,
    author: user.login,
    createdAt,
    updatedAt,
    reactions: reactions.map((one) => ({ content: one.content, by: one.user.login })),
  };
}

function plainPull(pull: Pull) {
  const { draft, headRef, headSha, baseRef, baseSha, commits, additions, deletions, changedFiles, mergeable } = pull;
  const reviews = pull.reviews.map(({ user, state, body, comments }) => ({
    author: user.login,
    state,
    body,
    comments: comments.map(({ path, line, body: words }) => ({ path, line, body: words })),
  }));
  const merged = pull.merged && { by: pull.merged.by.login, sha: pull.merged.sha };
  return {
    ...plainIssue(pull.issue),
    draft,
    headRef,
    headSha,
    baseRef,
    baseSha,
    commits,
    additions,
    deletions,
    changedFiles,
    mergeable,
    merged,
    reviews,
  };
}
