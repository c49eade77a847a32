import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { Ajv, type ValidateFunction } from 'ajv';
import addFormats from 'ajv-formats';
import { explain } from '../../forge/conformance/exchanges.ts';

/** What in a webhook's payload `@octokit/webhooks-schemas` does not know. Empty: nothing. */
export type WebhookChecker = (event: string, payload: object) => string[];

export function createWebhookChecker(): WebhookChecker {
  const file = createRequire(import.meta.url).resolve('@octokit/webhooks-schemas');
  const { definitions } = JSON.parse(readFileSync(file, 'utf8')) as { definitions: Record<string, object> };
  const ajv = new Ajv({ strict: false, allErrors: true, logger: false });
  addFormats.default(ajv);
  ajv.addSchema({ $id: 'webhooks', definitions: dropDialects(definitions) });
  const compiled = new Map<string, ValidateFunction>();

  return function check(event, payload) {
    const action = 'action' in payload ? String(payload.action) : 'event';
    const name = `${event}$${action}`;
    if (!(name in definitions)) return [`webhook ${name}: no such event`];
    const validate = compiled.get(name) ?? ajv.compile({ $ref: `webhooks#/definitions/${name}` });
    compiled.set(name, validate);
    if (validate(payload)) return [];
    return explain(validate.errors ?? []).map((problem) => `webhook ${name}: ${problem}`);
  };
}

/** The definitions were separate files once: each names its dialect, and refers to the others from the root. */
function dropDialects(definitions: Record<string, object>): Record<string, object> {
  const text = JSON.stringify(definitions, (key, value: unknown) => (key === '$schema' && typeof value === 'string' ? undefined : value));
  return JSON.parse(text) as Record<string, object>;
}
