import { setTimeout as sleep } from 'node:timers/promises';
import { SignalboxError } from '../errors.ts';
import { parse, refused, unreachable, type Server } from './server.ts';

/** One event of the stream; `data` is null for what only says how far the log has come. */
export interface ServerEvent {
  readonly id: number;
  readonly data: unknown;
}

/** Milliseconds. */
const AGAIN_MS = 1_000;
/** So often in a row a connection is tried that cannot be made. */
const MOST_TRIES = 10;

/** The event log from `after` on, without an end and without a gap, over as many connections as it takes. */
export async function* follow(server: Server, path: string, after: number): AsyncGenerator<ServerEvent> {
  let last = after;
  for (let tries = 1; ; tries++) {
    try {
      for await (const event of eventsOf(server, path, last)) {
        tries = 0;
        last = event.id;
        if (event.data !== null) yield event;
      }
    } catch (error) {
      if (error instanceof SignalboxError) throw error;
      if (tries >= MOST_TRIES) throw unreachable(server.base, error);
    }
    await sleep(AGAIN_MS);
  }
}

async function* eventsOf({ base, headers }: Server, path: string, after: number): AsyncGenerator<ServerEvent> {
  const response = await fetch(`${base}${path}`, { headers: { ...headers, 'last-event-id': String(after) }, redirect: 'error' });
  if (response.status >= 500) throw new Error(`status ${response.status}`);
  if (!response.ok) throw refused(base, path, response.status, parse(await response.text()));
  yield* eventsIn(response.body!);
}

/** https://html.spec.whatwg.org/multipage/server-sent-events.html#parsing-an-event-stream, as far as our server uses it. */
async function* eventsIn(body: AsyncIterable<Uint8Array>): AsyncGenerator<ServerEvent> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of body) {
    const blocks = (rest + decoder.decode(chunk, { stream: true })).split('\n\n');
    rest = blocks.pop()!;
    for (const block of blocks) {
      const id = /^id: (\d+)$/m.exec(block)?.[1];
      const data = /^data: (.*)$/m.exec(block)?.[1];
      if (id !== undefined) yield { id: Number(id), data: data === undefined ? null : (JSON.parse(data) as unknown) };
    }
  }
}
