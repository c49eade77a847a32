import type { Repository, Role } from '../../forge/server/model.ts';
import type { Hub } from '../server/hub.ts';
import { accountView, permissionFlags } from './account.ts';

const NEVER = '0001-01-01T00:00:00Z';

/** `role` is that of whoever looks; in the payloads of webhooks it is anyone's. */
export function repositoryView(hub: Hub, repository: Repository, role: Role) {
  const open = repository.issues.filter((issue) => issue.state === 'open');
  const url = hub.urls.repo(repository);
  return {
    id: repository.id,
    owner: accountView(hub, repository.owner),
    name: repository.name,
    full_name: repository.fullName,
    description: repository.description ?? '',
    empty: false,
    private: repository.private,
    fork: false,
    template: false,
    mirror: false,
    size: 0,
    language: '',
    languages_url: `${url}/languages`,
    html_url: hub.urls.repoPage(repository),
    url,
    link: '',
    ssh_url: `git@gitea.example:${repository.fullName}.git`,
    clone_url: hub.urls.clone(repository),
    original_url: '',
    website: '',
    stars_count: 0,
    forks_count: 0,
    watchers_count: 0,
    open_issues_count: open.filter((issue) => !issue.pull).length,
    open_pr_counter: open.filter((issue) => issue.pull).length,
    release_counter: 0,
    default_branch: repository.defaultBranch,
    archived: false,
    created_at: repository.createdAt,
    updated_at: repository.pushedAt,
    archived_at: NEVER,
    permissions: permissionFlags(role),
    ...settings,
    avatar_url: '',
    internal: false,
    mirror_interval: '',
    object_format_name: 'sha1',
    mirror_updated: NEVER,
    topics: [],
    licenses: [],
  };
}

const settings = {
  has_code: true,
  has_issues: true,
  internal_tracker: { enable_time_tracker: true, allow_only_contributors_to_track_time: true, enable_issue_dependencies: true },
  has_wiki: false,
  has_pull_requests: true,
  has_projects: false,
  projects_mode: 'all',
  has_releases: false,
  has_packages: false,
  has_actions: false,
  ignore_whitespace_conflicts: false,
  allow_merge_commits: true,
  allow_rebase: false,
  allow_rebase_explicit: false,
  allow_squash_merge: true,
  allow_fast_forward_only_merge: false,
  allow_rebase_update: false,
  allow_manual_merge: false,
  autodetect_manual_merge: false,
  default_delete_branch_after_merge: false,
  default_merge_style: 'merge',
  default_allow_maintainer_edit: false,
};
