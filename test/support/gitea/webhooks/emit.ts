import type { Repository } from '../../forge/server/model.ts';
import type { Hub } from '../server/hub.ts';
import type { Hook } from '../server/model.ts';
import { isSubscribed, type EventType } from './events.ts';

/** Tells every hook of the repository that is active and asked for it. */
export function tell(hub: Hub, repository: Repository, type: EventType, payload: object): void {
  for (const hook of hooksAt(hub, repository)) {
    if (hook.active && isSubscribed(hook.events, type)) hub.deliveries.add(hook, type, payload);
  }
}

function hooksAt(hub: Hub, repository: Repository): Hook[] {
  const own = hub.hooksOf(repository);
  return hub.hookOfAll ? [...own, hub.hookOfAll] : own;
}
