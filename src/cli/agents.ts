import { z } from 'zod';
import type { Api } from './api.ts';

/** What the API says of agents, as far as the terminal shows it. */

const time = z.coerce.date().nullish();

export const Status = z.looseObject({
  agentId: z.string(),
  taskId: z.string(),
  status: z.string(),
  spawnedAt: z.coerce.date(),
  startedAt: time,
  completedAt: time,
  error: z.string().nullish(),
  stopRequestedAt: time,
  killRequestedAt: time,
  killConfirmedAt: time,
});
export type Status = z.infer<typeof Status>;

export const Listed = Status.extend({
  repository: z.string(),
  number: z.number().nullable(),
  agentType: z.string(),
  step: z.string().nullish(),
});
export type Listed = z.infer<typeof Listed>;

export const Asked = z.looseObject({ agentId: z.string(), status: z.string(), message: z.string(), killConfirmedAt: time });

const Events = z.object({ events: z.array(z.object({ type: z.string(), data: z.looseObject({}) })), next: z.number().nullable() });
const Outcome = z.looseObject({ message: z.string(), nextStep: z.string().nullish() });

export function isOver({ status }: { readonly status: string }): boolean {
  return status === 'completed' || status === 'failed' || status === 'killed';
}

export function agentPath(agentId: string, what: string): string {
  return `/agents/${encodeURIComponent(agentId)}/${what}`;
}

export function readStatus(api: Api, agentId: string): Promise<Status> {
  return api.call('GET', agentPath(agentId, 'status'), Status);
}

/** How its task ended, in words, or why its kill is not confirmed; null when nothing is said of either. */
export async function lastWord(api: Api, agentId: string): Promise<string | null> {
  let ended: string | null = null;
  let doubt: string | null = null;
  for (let after: number | null = 0; after !== null;) {
    const page: z.infer<typeof Events> = await api.call('GET', agentPath(agentId, `events?after=${after}`), Events);
    for (const { type, data } of page.events) {
      const outcome = Outcome.safeParse(data['outcome']);
      if (/^task\.(completed|failed|killed)$/.test(type) && outcome.success) ended = outcome.data.message;
      if (type === 'task.kill-unconfirmed' && typeof data['reason'] === 'string') doubt = data['reason'];
      if (type === 'task.kill-confirmed') doubt = null;
    }
    after = page.next;
  }
  return doubt ?? ended;
}
