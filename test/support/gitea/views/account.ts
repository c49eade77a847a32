import type { Account, Role } from '../../forge/server/model.ts';
import { atLeast } from '../../forge/server/roles.ts';
import type { Hub } from '../server/hub.ts';

const NEVER = '0001-01-01T00:00:00Z';

/** There is no word in it for bots. */
export function accountView(hub: Hub, account: Account) {
  return {
    id: account.id,
    login: account.login,
    login_name: '',
    source_id: 0,
    full_name: account.name ?? '',
    email: account.type === 'Organization' ? '' : account.email,
    avatar_url: `${hub.urls.base}/avatars/${account.id}`,
    html_url: hub.urls.userPage(account),
    language: '',
    is_admin: false,
    last_login: NEVER,
    created: account.createdAt,
    restricted: false,
    active: false,
    prohibit_login: false,
    location: '',
    website: '',
    description: '',
    visibility: 'public',
    followers_count: 0,
    following_count: 0,
    starred_repos_count: 0,
    // Not in Gitea's own description, and in every answer.
    username: account.login,
  };
}

export function permissionFlags(role: Role) {
  return { admin: atLeast(role, 'admin'), push: atLeast(role, 'write'), pull: atLeast(role, 'read') };
}
