import type { Dialect } from '../deliveries.ts';

/** https://docs.github.com/en/webhooks/using-webhooks/validating-webhook-deliveries */
export const GITHUB_DELIVERIES: Dialect = {
  signature: ['X-Hub-Signature-256'],
  prefix: 'sha256=',
  id: ['X-GitHub-Delivery'],
  event: ['X-GitHub-Event'],
  settings: 'the settings of the GitHub App',
  secretSetting: 'WEBHOOK_SECRET',
};
