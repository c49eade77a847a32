import type { Dialect } from '../deliveries.ts';

/**
 * Forgejo says everything twice, once as Gitea does. Both also copy GitHub's names, which therefore tell nothing. A webhook
 * without a secret comes with an empty signature.
 */
export const GITEA_DELIVERIES: Dialect = {
  signature: ['X-Gitea-Signature', 'X-Forgejo-Signature'],
  prefix: '',
  id: ['X-Gitea-Delivery', 'X-Forgejo-Delivery'],
  event: ['X-Gitea-Event', 'X-Forgejo-Event'],
  settings: 'the settings of the webhook',
  secretSetting: 'GITEA_WEBHOOK_SECRET',
};
