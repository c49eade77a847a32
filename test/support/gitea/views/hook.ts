import type { Hook } from '../server/model.ts';

/** The secret is never told again. */
export function hookView(hook: Hook) {
  return {
    id: hook.id,
    type: 'gitea',
    branch_filter: hook.branchFilter,
    config: { url: hook.url, content_type: hook.contentType },
    events: [...hook.events],
    authorization_header: hook.authorization,
    active: hook.active,
    updated_at: hook.updatedAt,
    created_at: hook.createdAt,
  };
}
