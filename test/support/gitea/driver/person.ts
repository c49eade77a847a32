import { Person as ForgePerson, type NewIssueFields, type NewPullFields, type ReviewFields } from '../../forge/driver/person.ts';
import { notFound } from '../../forge/server/errors.ts';
import type { Label, Repository } from '../../forge/server/model.ts';
import { assertMayPush } from '../server/git-door.ts';
import type { Hub } from '../server/hub.ts';
import type { issueView } from '../views/issue.ts';
import type { pullView, reviewView } from '../views/pull.ts';

const EVENTS = { APPROVE: 'APPROVED', REQUEST_CHANGES: 'REQUEST_CHANGES', COMMENT: 'COMMENT' } as const;

export class Person extends ForgePerson {
  declare protected readonly hub: Hub;

  /** Labels that the repository lacks are made first, as people would. */
  openIssue(repository: string, { labels = [], ...fields }: NewIssueFields): Promise<ReturnType<typeof issueView>> {
    return this.request('POST', `/repos/${repository}/issues`, { ...fields, labels: this.#labelIds(repository, labels) });
  }

  async label(repository: string, number: number, ...labels: string[]): Promise<void> {
    await this.request('POST', `/repos/${repository}/issues/${number}/labels`, { labels: this.#labelIds(repository, labels) });
  }

  async unlabel(repository: string, number: number, label: string): Promise<void> {
    const id = this.#find(repository, label)?.id;
    if (id === undefined) throw notFound();
    await this.request('DELETE', `/repos/${repository}/issues/${number}/labels/${id}`);
  }

  openPull(repository: string, { draft = false, title, ...fields }: NewPullFields): Promise<ReturnType<typeof pullView>> {
    return this.request('POST', `/repos/${repository}/pulls`, { ...fields, title: draft ? `WIP: ${title}` : title });
  }

  review(repository: string, number: number, { event, body, comments = [] }: ReviewFields): Promise<ReturnType<typeof reviewView>> {
    const lines = comments.map(({ path, line, body: words }) => ({ path, body: words, new_position: line }));
    return this.request('POST', `/repos/${repository}/pulls/${number}/reviews`, { event: EVENTS[event], body, comments: lines });
  }

  async merge(repository: string, number: number, method: 'merge' | 'squash' = 'merge'): Promise<void> {
    await this.request('POST', `/repos/${repository}/pulls/${number}/merge`, { Do: method });
  }

  async deleteBranch(repository: string, branch: string): Promise<void> {
    await this.request('DELETE', `/repos/${repository}/branches/${branch}`);
  }

  protected assertMayPush(repository: Repository): void {
    assertMayPush({ kind: 'token', user: this.account, scopes: ['all'] }, repository);
  }

  #find(repository: string, name: string): Label | undefined {
    return this.hub.repository(repository).labels.find((label) => label.name.toLowerCase() === name.toLowerCase());
  }

  #labelIds(repository: string, names: string[]): number[] {
    return names.map((name) => {
      const label = this.#find(repository, name) ?? { id: this.hub.nextId(), name, color: 'ededed', description: null };
      const { labels } = this.hub.repository(repository);
      if (!labels.includes(label)) labels.push(label);
      return label.id;
    });
  }
}
