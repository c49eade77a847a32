import type { ForgeEvent, Happening } from '../forge/forge.ts';

/** The event name of deliveries that no forge has sent: this process found what they tell. */
export const POLLED = 'signalbox.polled';

export function writePolled(happening: Happening): string {
  return JSON.stringify(happening);
}

/** Reads what `writePolled` wrote: nobody else can record such a delivery. */
export function readPolled(body: string): Happening {
  const { key, event } = JSON.parse(body) as { key: string | null; event: ForgeEvent & { at?: string | null } };
  return 'subject' in event ? { key, event: { ...event, at: event.at ? new Date(event.at) : null } } : { key, event };
}
