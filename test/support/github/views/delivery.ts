import type { Attempt, Delivery } from '../../forge/webhooks/outbox.ts';

/** Every attempt to deliver a webhook, the newest first. */
export function attemptViews(deliveries: readonly Delivery[]) {
  return deliveries.flatMap(viewsOf).toSorted((a, b) => b.id - a.id);
}

function viewsOf({ guid, event, action, body, attempts }: Delivery) {
  const payload = JSON.parse(body) as { installation?: { id: number }; repository?: { id: number } };
  return attempts.map((attempt, index) => ({
    id: attempt.id,
    guid,
    delivered_at: attempt.at,
    redelivery: index > 0,
    duration: attempt.seconds,
    status: statusOf(attempt),
    status_code: attempt.status ?? 0,
    event,
    action,
    installation_id: payload.installation?.id ?? null,
    repository_id: payload.repository?.id ?? null,
    throttled_at: null,
  }));
}

/** GitHub's own words: https://docs.github.com/en/webhooks/testing-and-troubleshooting-webhooks/troubleshooting-webhooks */
function statusOf({ status, error }: Attempt): string {
  if (status === null) return error?.includes('TimeoutError') ? 'timed out' : 'failed to connect to host';
  return status >= 200 && status < 300 ? 'OK' : `Invalid HTTP Response: ${status}`;
}
