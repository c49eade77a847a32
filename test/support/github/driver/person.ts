import { Person as ForgePerson, type NewIssueFields, type NewPullFields, type ReviewFields } from '../../forge/driver/person.ts';
import { readCommit } from '../../forge/git/read.ts';
import { notFound } from '../../forge/server/errors.ts';
import type { Repository } from '../../forge/server/model.ts';
import { emitRun, emitSuite, findCheckRun, rerequest } from '../behaviour/checks.ts';
import { assertMay } from '../server/access.ts';
import type { Hub } from '../server/hub.ts';
import { needContents } from '../routes/needs.ts';
import type { issueView } from '../views/issue.ts';
import type { pullView, reviewView } from '../views/pull.ts';

export class Person extends ForgePerson {
  declare protected readonly hub: Hub;

  openIssue(repository: string, fields: NewIssueFields): Promise<ReturnType<typeof issueView>> {
    return this.request('POST', `/repos/${repository}/issues`, fields);
  }

  async label(repository: string, number: number, ...labels: string[]): Promise<void> {
    await this.request('POST', `/repos/${repository}/issues/${number}/labels`, { labels });
  }

  async unlabel(repository: string, number: number, label: string): Promise<void> {
    await this.request('DELETE', `/repos/${repository}/issues/${number}/labels/${encodeURIComponent(label)}`);
  }

  openPull(repository: string, fields: NewPullFields): Promise<ReturnType<typeof pullView>> {
    return this.request('POST', `/repos/${repository}/pulls`, fields);
  }

  review(repository: string, number: number, fields: ReviewFields): Promise<ReturnType<typeof reviewView>> {
    return this.request('POST', `/repos/${repository}/pulls/${number}/reviews`, fields);
  }

  async merge(repository: string, number: number, method: 'merge' | 'squash' = 'merge'): Promise<void> {
    await this.request('PUT', `/repos/${repository}/pulls/${number}/merge`, { merge_method: method });
  }

  async deleteBranch(repository: string, branch: string): Promise<void> {
    await this.request('DELETE', `/repos/${repository}/git/refs/heads/${branch}`);
  }

  /** The "Re-run" button of a check: on GitHub, for people with write access. */
  rerunCheck(repository: string, checkRunId: number): void {
    const found = this.#writable(repository);
    rerequest(this.hub, found, findCheckRun(this.hub, found, checkRunId), this.account);
  }

  /** "Re-run all checks" of a commit. */
  async rerunAllChecks(repository: string, sha: string): Promise<void> {
    const found = this.#writable(repository);
    const suite = this.hub.checksOf(found).suites.find((one) => one.headSha === sha);
    if (!suite) throw notFound();
    emitSuite(this.hub, found, suite, await readCommit(found.gitDir, sha), 'rerequested', this.account);
  }

  /** A button that the App put on its check run. */
  pressCheckButton(repository: string, checkRunId: number, identifier: string): void {
    const found = this.#writable(repository);
    const run = findCheckRun(this.hub, found, checkRunId);
    if (!run.actions.some((action) => action.identifier === identifier)) throw notFound();
    emitRun(this.hub, found, run, 'requested_action', this.account, { requested_action: { identifier } });
  }

  protected assertMayPush(repository: Repository): void {
    assertMay({ kind: 'person', user: this.account }, repository, needContents('write', 'write'));
  }

  #writable(repository: string): Repository {
    const found = this.hub.repository(repository);
    assertMay({ kind: 'person', user: this.account }, found, { role: 'write', permissions: [] });
    return found;
  }
}
