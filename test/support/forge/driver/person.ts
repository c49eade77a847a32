import { pushing } from '../behaviour/pushes.ts';
import { resolveCommit } from '../git/read.ts';
import { commitFiles, updateRef, type Files } from '../git/write.ts';
import { ApiError } from '../server/errors.ts';
import type { ForgeHub } from '../server/hub.ts';
import type { Account, Repository } from '../server/model.ts';

export interface PushOptions {
  branch: string;
  files: Files;
  message?: string;
  /** Where a new branch starts; the default branch if nothing is said. */
  from?: string;
  /** Starts over from `from` where the branch is there already. */
  force?: boolean;
}

export interface NewIssueFields {
  title: string;
  body?: string;
  labels?: string[];
}

export interface NewPullFields {
  title: string;
  head: string;
  base: string;
  body?: string;
  draft?: boolean;
}

export interface ReviewFields {
  event: 'APPROVE' | 'REQUEST_CHANGES' | 'COMMENT';
  body?: string;
  comments?: { path: string; line: number; body: string }[];
}

interface IssueJson {
  id: number;
  number: number;
  title: string;
  html_url: string;
}

interface CommentJson {
  id: number;
  body: string;
  html_url: string;
  created_at: string;
}

interface PullJson extends IssueJson {
  head: { ref: string; sha: string };
}

interface ReviewJson {
  id: number;
  state: string;
}

interface PersonParts {
  hub: ForgeHub;
  api: { request(url: string, init: RequestInit): Response | Promise<Response> };
  account: Account;
  /** A personal access token, for clients of the test's own. */
  token: string;
  /** Before every path: where the API's root is not the server's. */
  root: string;
}

/**
 * Someone at the keyboard. What the forge has a REST call for goes through that very route, with this person's
 * own token; a refusal is thrown as the `ApiError` that a client would have been sent.
 */
export abstract class Person {
  readonly login: string;
  readonly token: string;
  protected readonly hub: ForgeHub;
  protected readonly account: Account;
  readonly #parts: PersonParts;

  constructor(parts: PersonParts) {
    this.#parts = parts;
    this.hub = parts.hub;
    this.account = parts.account;
    this.login = parts.account.login;
    this.token = parts.token;
  }

  abstract openIssue(repository: string, fields: NewIssueFields): Promise<IssueJson>;
  abstract label(repository: string, number: number, ...labels: string[]): Promise<void>;
  abstract unlabel(repository: string, number: number, label: string): Promise<void>;
  abstract openPull(repository: string, fields: NewPullFields): Promise<PullJson>;
  abstract review(repository: string, number: number, fields: ReviewFields): Promise<ReviewJson>;
  abstract merge(repository: string, number: number, method?: 'merge' | 'squash'): Promise<void>;
  abstract deleteBranch(repository: string, branch: string): Promise<void>;
  /** Throws what git over HTTP would answer to those who may not. */
  protected abstract assertMayPush(repository: Repository): void;

  /** Any REST request, for what has no method here. */
  async request<T = unknown>(method: string, path: string, body?: object): Promise<T> {
    const { api, root } = this.#parts;
    const headers = { authorization: `Bearer ${this.token}`, 'content-type': 'application/json' };
    const response = await api.request(this.hub.urls.base + root + path, { method, headers, body: body && JSON.stringify(body) });
    const text = await response.text();
    const json = text === '' ? null : (JSON.parse(text) as unknown);
    if (response.ok) return json as T;
    const { message = '' } = (json ?? {}) as { message?: string };
    throw new ApiError(response.status as ApiError['status'], message);
  }

  editIssue(repository: string, number: number, fields: { title?: string; body?: string }): Promise<IssueJson> {
    return this.request('PATCH', `/repos/${repository}/issues/${number}`, fields);
  }

  /** Closes an issue or a pull request. */
  close(repository: string, number: number): Promise<IssueJson> {
    return this.request('PATCH', `/repos/${repository}/issues/${number}`, { state: 'closed' });
  }

  reopen(repository: string, number: number): Promise<IssueJson> {
    return this.request('PATCH', `/repos/${repository}/issues/${number}`, { state: 'open' });
  }

  comment(repository: string, number: number, body: string): Promise<CommentJson> {
    return this.request('POST', `/repos/${repository}/issues/${number}/comments`, { body });
  }

  editComment(repository: string, id: number, body: string): Promise<CommentJson> {
    return this.request('PATCH', `/repos/${repository}/issues/comments/${id}`, { body });
  }

  async deleteComment(repository: string, id: number): Promise<void> {
    await this.request('DELETE', `/repos/${repository}/issues/comments/${id}`);
  }

  react(repository: string, commentId: number, content: string): Promise<{ content: string }> {
    return this.request('POST', `/repos/${repository}/issues/comments/${commentId}/reactions`, { content });
  }

  /** A commit with these files, pushed; answers with its sha. The branch is made where there is none. */
  async push(repository: string, { branch, files, message = 'Change files', from, force = false }: PushOptions): Promise<string> {
    const found = this.hub.repository(repository);
    this.assertMayPush(found);
    return pushing(this.hub, found, this.account, async () => {
      const tip = force ? null : await resolveCommit(found.gitDir, `refs/heads/${branch}`);
      const parent = tip ?? (await resolveCommit(found.gitDir, from ?? found.defaultBranch));
      const author = { name: this.account.name ?? this.login, email: this.account.email };
      const sha = await commitFiles(found.gitDir, parent, files, { message, author, date: this.hub.now() });
      await updateRef(found.gitDir, `refs/heads/${branch}`, sha);
      return sha;
    });
  }
}
