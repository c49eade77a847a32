import type { Repository } from '../../forge/server/model.ts';
import type { Hub } from '../server/hub.ts';
import type { IssueEvent } from '../server/model.ts';
import { nodeId } from '../server/urls.ts';
import { accountView } from './account.ts';
import { issueView } from './issue.ts';

export function eventView(hub: Hub, repository: Repository, { id, issue, by, event, label, at }: IssueEvent) {
  return {
    id,
    node_id: nodeId('LE', id),
    url: `${hub.urls.repo(repository)}/issues/events/${id}`,
    actor: accountView(hub, by),
    event,
    commit_id: null,
    commit_url: null,
    created_at: at,
    ...(label ? { label: { name: label.name, color: label.color } } : {}),
    issue: issueView(hub, repository, issue),
    performed_via_github_app: null,
  };
}
