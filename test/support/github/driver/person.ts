import type { Hono } from 'hono';
import { emitRun, emitSuite, findCheckRun, rerequest } from '../behaviour/checks.ts';
import { pushing } from '../behaviour/pushes.ts';
import { resolveCommit } from '../git/read.ts';
import { commitFiles, updateRef, type Files } from '../git/write.ts';
import { assertMay, type Env } from '../server/access.ts';
import { ApiError, notFound } from '../server/errors.ts';
import type { Hub } from '../server/hub.ts';
import type { Account } from '../server/model.ts';
import { needContents } from '../routes/needs.ts';
import type { commentView, issueView, reactionView } from '../views/issue.ts';
import type { pullView, reviewView } from '../views/pull.ts';

type IssueJson = ReturnType<typeof issueView>;
type CommentJson = ReturnType<typeof commentView>;
type PullJson = ReturnType<typeof pullView>;
type ReviewJson = ReturnType<typeof reviewView>;

export interface PushOptions {
  branch: string;
  files: Files;
  message?: string;
  /** Where a new branch starts; the default branch if nothing is said. */
  from?: string;
  /** Starts over from `from` where the branch is there already. */
  force?: boolean;
}

/**
 * Someone at the keyboard. What GitHub has a REST call for goes through that very route, with this person's
 * own token; a refusal is thrown as the `ApiError` that a client would have been sent.
 */
export class Person {
  readonly login: string;
  /** A personal access token, for clients of the test's own. */
  readonly token: string;
  readonly #hub: Hub;
  readonly #api: Hono<Env>;
  readonly #account: Account;

  constructor(hub: Hub, api: Hono<Env>, account: Account, token: string) {
    this.#hub = hub;
    this.#api = api;
    this.#account = account;
    this.login = account.login;
    this.token = token;
  }

  /** Any REST request, for what has no method here. */
  async request<T = unknown>(method: string, path: string, body?: object): Promise<T> {
    const headers = { authorization: `Bearer ${this.token}`, 'content-type': 'application/json' };
    const response = await this.#api.request(this.#hub.urls.base + path, { method, headers, body: body && JSON.stringify(body) });
    const text = await response.text();
    const json = text === '' ? null : (JSON.parse(text) as unknown);
    if (response.ok) return json as T;
    const { message } = json as { message: string };
    throw new ApiError(response.status as ApiError['status'], message);
  }

  openIssue(repository: string, fields: { title: string; body?: string; labels?: string[] }): Promise<IssueJson> {
    return this.request('POST', `/repos/${repository}/issues`, fields);
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

  async label(repository: string, number: number, ...labels: string[]): Promise<void> {
    await this.request('POST', `/repos/${repository}/issues/${number}/labels`, { labels });
  }

  async unlabel(repository: string, number: number, label: string): Promise<void> {
    await this.request('DELETE', `/repos/${repository}/issues/${number}/labels/${encodeURIComponent(label)}`);
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

  react(repository: string, commentId: number, content: string): Promise<ReturnType<typeof reactionView>> {
    return this.request('POST', `/repos/${repository}/issues/comments/${commentId}/reactions`, { content });
  }

  openPull(repository: string, fields: { title: string; head: string; base: string; body?: string; draft?: boolean }): Promise<PullJson> {
    return this.request('POST', `/repos/${repository}/pulls`, fields);
  }

  review(
    repository: string,
    number: number,
    fields: { event: 'APPROVE' | 'REQUEST_CHANGES' | 'COMMENT'; body?: string; comments?: { path: string; line: number; body: string }[] },
  ): Promise<ReviewJson> {
    return this.request('POST', `/repos/${repository}/pulls/${number}/reviews`, fields);
  }

  async merge(repository: string, number: number, method: 'merge' | 'squash' = 'merge'): Promise<void> {
    await this.request('PUT', `/repos/${repository}/pulls/${number}/merge`, { merge_method: method });
  }

  async deleteBranch(repository: string, branch: string): Promise<void> {
    await this.request('DELETE', `/repos/${repository}/git/refs/heads/${branch}`);
  }

  /** A commit with these files, pushed; answers with its sha. The branch is made where there is none. */
  async push(repository: string, { branch, files, message = 'Change files', from, force = false }: PushOptions): Promise<string> {
    const found = this.#hub.repository(repository);
    assertMay({ kind: 'person', user: this.#account }, found, needContents('write', 'write'));
    return pushing(this.#hub, found, this.#account, async () => {
      const tip = force ? null : await resolveCommit(found.gitDir, `refs/heads/${branch}`);
      const parent = tip ?? (await resolveCommit(found.gitDir, from ?? found.defaultBranch));
      const author = { name: this.#account.name ?? this.login, email: this.#account.email };
      const sha = await commitFiles(found.gitDir, parent, files, { message, author, date: this.#hub.now() });
      await updateRef(found.gitDir, `refs/heads/${branch}`, sha);
      return sha;
    });
  }

  /** The "Re-run" button of a check: on GitHub, for people with write access. */
  rerunCheck(repository: string, checkRunId: number): void {
    const found = this.#writable(repository);
    rerequest(this.#hub, found, findCheckRun(found, checkRunId), this.#account);
  }

  /** "Re-run all checks" of a commit. */
  async rerunAllChecks(repository: string, sha: string): Promise<void> {
    const found = this.#writable(repository);
    const suite = found.checkSuites.find((one) => one.headSha === sha);
    if (!suite) throw notFound();
    await emitSuite(this.#hub, found, suite, 'rerequested', this.#account);
  }

  /** A button that the App put on its check run. */
  pressCheckButton(repository: string, checkRunId: number, identifier: string): void {
    const found = this.#writable(repository);
    const run = findCheckRun(found, checkRunId);
    if (!run.actions.some((action) => action.identifier === identifier)) throw notFound();
    emitRun(this.#hub, found, run, 'requested_action', this.#account, { requested_action: { identifier } });
  }

  #writable(repository: string) {
    const found = this.#hub.repository(repository);
    assertMay({ kind: 'person', user: this.#account }, found, { role: 'write', permissions: [] });
    return found;
  }
}
