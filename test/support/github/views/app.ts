import type { Hub } from '../server/hub.ts';
import type { Installation } from '../server/model.ts';
import { nodeId } from '../server/urls.ts';
import { accountView } from './account.ts';

export function appView(hub: Hub) {
  const { app, urls } = hub;
  return {
    id: app.id,
    slug: app.slug,
    node_id: nodeId('A', app.id),
    owner: accountView(hub, app.owner),
    name: app.name,
    description: null,
    external_url: `${urls.base}/apps/${app.slug}/home`,
    html_url: `${urls.base}/apps/${app.slug}`,
    created_at: app.createdAt,
    updated_at: app.createdAt,
    permissions: app.permissions,
    events: app.events,
  };
}

export function installationView(hub: Hub, installation: Installation) {
  const url = `${hub.urls.base}/app/installations/${installation.id}`;
  return {
    id: installation.id,
    account: accountView(hub, installation.account),
    repository_selection: installation.repositories ? 'selected' : 'all',
    access_tokens_url: `${url}/access_tokens`,
    repositories_url: `${hub.urls.base}/installation/repositories`,
    html_url: `${hub.urls.base}/settings/installations/${installation.id}`,
    app_id: hub.app.id,
    app_slug: hub.app.slug,
    target_id: installation.account.id,
    target_type: installation.account.type,
    permissions: installation.permissions,
    events: hub.app.events,
    created_at: installation.createdAt,
    updated_at: installation.createdAt,
    single_file_name: null,
    suspended_by: null,
    suspended_at: null,
  };
}
