import type { Account, Issue, Label, Repository } from '../../forge/server/model.ts';
import { roleOf } from '../../forge/server/roles.ts';
import type { Hub } from '../server/hub.ts';
import { accountView } from '../views/account.ts';
import { issueView } from '../views/issue.ts';
import { pullView } from '../views/pull.ts';
import { repositoryView } from '../views/repository.ts';
import { tell } from './emit.ts';

interface SubjectEvent {
  action: string;
  /** The part of the kind of event after `issue_` or `pull_request_`; the kind itself where there is none. */
  part?: 'label' | 'sync';
  labels?: readonly Label[];
  extra?: object;
}

/** An event of an issue or a pull request. The permissions in its repository are those of whoever opened it. */
export function tellSubject(hub: Hub, repository: Repository, issue: Issue, by: Account, event: SubjectEvent): void {
  const { action, part, labels = issue.labels, extra = {} } = event;
  const role = roleOf(repository, issue.user.login);
  const around = { repository: repositoryView(hub, repository, role), sender: accountView(hub, by), commit_id: '' };
  if (issue.pull) {
    const pull = pullView(hub, repository, issue.pull, role, labels);
    const type = part ? (`pull_request_${part}` as const) : 'pull_request';
    const payload = { action, number: issue.number, ...extra, pull_request: pull, requested_reviewer: null, ...around, review: null };
    tell(hub, repository, type, payload);
    return;
  }
  const view = issueView(hub, repository, issue, labels);
  tell(hub, repository, part === 'label' ? 'issue_label' : 'issues', { action, number: issue.number, ...extra, issue: view, ...around });
}
