import type { Hub } from '../server/hub.ts';
import type { Account } from '../../forge/server/model.ts';
import { nodeId } from '../server/urls.ts';

export function accountView(hub: Hub, account: Account) {
  const url = hub.urls.user(account);
  return {
    login: account.login,
    id: account.id,
    node_id: nodeId('U', account.id),
    avatar_url: `${hub.urls.base}/avatars/${account.id}`,
    gravatar_id: '',
    url,
    html_url: hub.urls.userPage(account),
    followers_url: `${url}/followers`,
    following_url: `${url}/following{/other_user}`,
    gists_url: `${url}/gists{/gist_id}`,
    starred_url: `${url}/starred{/owner}{/repo}`,
    subscriptions_url: `${url}/subscriptions`,
    organizations_url: `${url}/orgs`,
    repos_url: `${url}/repos`,
    events_url: `${url}/events{/privacy}`,
    received_events_url: `${url}/received_events`,
    type: account.type,
    site_admin: false,
  };
}

/** What `GET /users/{username}` adds. */
export function profileView(hub: Hub, account: Account) {
  return {
    ...accountView(hub, account),
    name: account.name,
    company: null,
    blog: '',
    location: null,
    email: null,
    hireable: null,
    bio: null,
    public_repos: hub.repositories.filter((repository) => repository.owner === account && !repository.private).length,
    public_gists: 0,
    followers: 0,
    following: 0,
    created_at: account.createdAt,
    updated_at: account.createdAt,
  };
}

export function organizationView(hub: Hub, account: Account) {
  const url = `${hub.urls.base}/orgs/${account.login}`;
  return {
    login: account.login,
    id: account.id,
    node_id: nodeId('O', account.id),
    url,
    repos_url: `${url}/repos`,
    events_url: `${url}/events`,
    hooks_url: `${url}/hooks`,
    issues_url: `${url}/issues`,
    members_url: `${url}/members{/member}`,
    public_members_url: `${url}/public_members{/member}`,
    avatar_url: `${hub.urls.base}/avatars/${account.id}`,
    description: account.name,
  };
}
