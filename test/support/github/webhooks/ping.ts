import type { Hub } from '../server/hub.ts';

/** What GitHub sends to see whether anybody answers. */
export function pingPayload(hub: Hub): object {
  const url = `${hub.urls.base}/app/hook`;
  return {
    zen: 'Is anybody there?',
    hook_id: 1,
    hook: {
      type: 'App',
      id: 1,
      name: 'web',
      active: true,
      app_id: hub.app.id,
      events: hub.app.events,
      config: {
        content_type: 'json',
        insecure_ssl: '0',
        secret: '********',
        url: hub.deliveries.target?.url ?? `${hub.urls.base}/nowhere`,
      },
      updated_at: hub.app.createdAt,
      created_at: hub.app.createdAt,
      url,
      ping_url: `${url}/pings`,
      deliveries_url: `${url}/deliveries`,
    },
  };
}
