import { createHmac } from 'node:crypto';
import { newDelivery, Outbox, type Delivery, type PostRequest } from '../../forge/webhooks/outbox.ts';
import type { Hook } from '../server/model.ts';
import { EVENTS, type EventType } from './events.ts';

/** How long Gitea waits for the answer to a webhook. */
const WEBHOOK_TIMEOUT_MS = 5000;

/** To one hook: what several hooks are told are several deliveries, each with an id of its own. */
export interface HookDelivery extends Delivery {
  type: EventType;
  hook: Hook;
}

export interface Sending {
  /** Hosts that webhooks may go to, as `ALLOWED_HOST_LIST` names them. */
  allowedHosts: readonly string[];
  forgejo: boolean;
}

export class Deliveries extends Outbox<HookDelivery> {
  constructor({ allowedHosts, forgejo }: Sending) {
    super({
      timeoutMs: WEBHOOK_TIMEOUT_MS,
      address: (delivery) => {
        const { hostname } = new URL(delivery.hook.url);
        if (!isAllowed(hostname, allowedHosts)) return { refused: `webhook can only call allowed HTTP servers, deny '${hostname}'` };
        return requestOf(delivery, forgejo);
      },
    });
  }

  add(hook: Hook, type: EventType, payload: object): void {
    const delivery = { ...newDelivery(EVENTS[type], payload), type, hook };
    this.record(delivery);
    this.send(delivery);
  }

  /** The button "Replay": the same bytes under a new id. */
  replay(guid: string): void {
    const { hook, type, body } = this.find(guid);
    this.add(hook, type, JSON.parse(body) as object);
  }
}

function isAllowed(hostname: string, allowed: readonly string[]): boolean {
  const loopback = /^(127\.|localhost$|\[::1\]$)/.test(hostname);
  return allowed.some((one) => one === '*' || one === hostname || (one === 'loopback' && loopback) || (one === 'external' && !loopback));
}

/** The JSON is what is signed, also where it goes as a form. */
function requestOf({ guid, event, type, hook, body }: HookDelivery, forgejo: boolean): PostRequest {
  const sign = (algorithm: string) => (hook.secret === '' ? '' : createHmac(algorithm, hook.secret).update(body).digest('hex'));
  const families = ['gitea', 'gogs', 'github', ...(forgejo ? ['forgejo'] : [])];
  const headers: Record<string, string> = {
    'content-type': hook.contentType === 'json' ? 'application/json' : 'application/x-www-form-urlencoded',
    'x-hub-signature': `sha1=${sign('sha1')}`,
    'x-hub-signature-256': `sha256=${sign('sha256')}`,
    ...(hook.authorization === '' ? {} : { authorization: hook.authorization }),
  };
  for (const family of families) {
    headers[`x-${family}-delivery`] = guid;
    headers[`x-${family}-event`] = event;
    headers[`x-${family}-event-type`] = type;
    if (family !== 'github') headers[`x-${family}-signature`] = sign('sha256');
    if (family !== 'gogs') headers[`x-${family}-hook-installation-target-type`] = 'repository';
  }
  return { url: hook.url, headers, body: hook.contentType === 'json' ? body : new URLSearchParams({ payload: body }).toString() };
}
