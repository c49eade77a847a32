import type { ExchangeChecker } from '../../forge/conformance/exchanges.ts';
import { createGithubChecker } from './openapi.ts';
import { createWebhookChecker, type WebhookChecker } from './webhooks.ts';

let exchanges: ExchangeChecker | null = null;
let webhooks: WebhookChecker | null = null;

/**
 * The checkers of a process. They keep nothing of what they check but the compiled schemas, and compiling those costs each
 * stand-in of its own most of what a test of it takes.
 */
export function sharedCheckers(): { exchanges: ExchangeChecker; webhooks: WebhookChecker } {
  exchanges ??= createGithubChecker();
  webhooks ??= createWebhookChecker();
  return { exchanges, webhooks };
}
