import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { buildApp } from '../../src/http/app.ts';
import { eventStream } from '../../src/http/event-stream.ts';
import { listen } from '../../src/http/listen.ts';
import { appendEvent, change } from '../../src/store/events.ts';
import { until } from '../flow/stage.ts';
import { accessBy } from '../support/access.ts';
import { eventsIn, type SeenEvent } from '../support/event-stream.ts';
import { confirmStopped, taskThere } from '../support/tasks.ts';
import { openApiWorld, TOKEN, type ApiWorld } from './api-world.ts';

let world: ApiWorld;
beforeAll(async () => {
  world = await openApiWorld();
});
afterAll(() => world[Symbol.asyncDispose]());
beforeEach(() =>
  world.store.pool.query('truncate signalbox.tasks, signalbox.agents, signalbox.events, signalbox.reports, signalbox.facts cascade'),
);

const authorization = `Bearer ${TOKEN}`;
const note = (reason: string) => change(world.db, (tx) => appendEvent(tx, { type: 'queue.paused', data: { reason } }));

/** Listens in this process, until the test ends. */
async function follow(query: string, headers: Record<string, string> = {}) {
  const response = await world.app.request(`/agents/events?${query}`, { headers: { authorization, ...headers } });
  expect(response.status, response.status === 200 ? '' : await response.clone().text()).toBe(200);
  expect(response.headers.get('content-type')).toContain('text/event-stream');
  const events = eventsIn(response.body!);
  return {
    next: async () => (await events.next()).value as SeenEvent,
    [Symbol.asyncDispose]: async () => void (await response.body!.cancel().catch(() => events.return(undefined))),
  };
}

describe('GET /agents/events', () => {
  it('tells what happens as it happens, with its number as the id', async () => {
    await note('before');
    await using stream = await follow('');
    const next = stream.next();
    const sequence = await note('now');
    expect(await next).toEqual({
      id: sequence,
      type: 'queue.paused',
      data: expect.objectContaining({ sequence, type: 'queue.paused', data: { reason: 'now' } }),
    });
  });

  it('goes on after the last one that was seen, which the header says better than the address', async () => {
    const [first, second, third] = [await note('1'), await note('2'), await note('3')];
    await using byAddress = await follow(`after=${first}`);
    expect((await byAddress.next()).id).toBe(second);
    await using byHeader = await follow(`after=${first}`, { 'last-event-id': String(second) });
    expect((await byHeader.next()).id).toBe(third);
  });

  it.each([
    ['a task', (one: Ids) => `taskId=${one.taskId}`],
    ['an agent', (one: Ids) => `agentId=${one.agentId}`],
    ['a repository', () => 'repository=acme/one'],
  ])('tells of %s alone', async (_, query) => {
    const one = await taskThere(world.db, 'running', { repository: 'acme/one' });
    const two = await taskThere(world.db, 'running', { repository: 'acme/two' });
    await confirmStopped(world.db, two);
    await confirmStopped(world.db, one);
    await using stream = await follow(`after=0&${query(one)}`);
    const seen: SeenEvent[] = [];
    while (seen.at(-1)?.type !== 'task.kill-confirmed') seen.push(await stream.next());
    expect(new Set(seen.map(({ data }) => data.taskId))).toEqual(new Set([one.taskId]));
    expect(seen.map(({ type }) => type)).toEqual([
      'task.pending',
      'task.dispatched',
      'task.running',
      'agent.spawning',
      'agent.running',
      'task.kill-requested',
      'agent.killed',
      'task.killed',
      'task.kill-confirmed',
    ]);
  });

  it('tells of some types alone', async () => {
    await confirmStopped(world.db, await taskThere(world.db, 'running'));
    await using stream = await follow('after=0&type=agent.killed,task.killed');
    expect([(await stream.next()).type, (await stream.next()).type]).toEqual(['agent.killed', 'task.killed']);
  });

  it.each(['after=x', 'type=nothing', 'taskId=7', 'colour=red'])('refuses ?%s', async (query) => {
    const answer = await world.call(`GET /agents/events?${query}`);
    expect(answer).toMatchObject({ status: 400, body: { error: { code: 'http.invalid' } } });
  });

  it('answers 404 to an agent that is not there', async () => {
    expect(await world.call(`GET /agents/events?agentId=${randomUUID()}`)).toMatchObject({ status: 404 });
  });
});

/** A browser's way of listening: it comes again with the last id it saw, until it has seen `wanted` events. */
async function listenPatiently(url: () => string, wanted: number, onSeen: (count: number) => void): Promise<number[]> {
  const seen: number[] = [];
  while (seen.length < wanted) {
    const headers = { authorization, ...(seen.length > 0 ? { 'last-event-id': String(seen.at(-1)) } : {}) };
    try {
      const response = await fetch(`${url()}/agents/events?after=0`, { headers });
      for await (const { id, type } of eventsIn(response.body!)) {
        if (type !== null) seen.push(id!);
        onSeen(seen.length);
        if (seen.length >= wanted) break;
      }
    } catch {
      // The connection broke, or nobody listens there just now.
    }
  }
  return seen;
}

describe('a listener who comes again', () => {
  it('misses nothing and hears nothing twice, over broken connections and restarts of the server', { timeout: 60_000 }, async () => {
    const WRITERS = 4;
    const EACH = 100;
    let server = await listen(world.app, { host: '127.0.0.1', port: 0 });
    const { url } = server;
    const port = Number(new URL(url).port);
    let seenSoFar = 0;
    const listening = listenPatiently(
      () => url,
      WRITERS * EACH,
      (count) => (seenSoFar = count),
    );
    async function write(writer: number): Promise<void> {
      for (let count = 0; count < EACH; count++) await note(`${writer}/${count}`);
    }
    const writing = Promise.all(Array.from({ length: WRITERS }, (_, writer) => write(writer)));
    for (const mark of [20, 60, 120, 200]) {
      await until(() => seenSoFar >= mark, `${mark} events to be heard`);
      // The port is closed for a moment, while events are written.
      await server[Symbol.asyncDispose]();
      await note('meanwhile');
      server = await listen(world.app, { host: '127.0.0.1', port });
    }
    await writing;
    const seen = await listening;
    await server[Symbol.asyncDispose]();
    const { rows } = await world.store.pool.query<{ seq: string }>('select seq from signalbox.events order by seq');
    expect(seen).toEqual(rows.slice(0, seen.length).map(({ seq }) => Number(seq)));
    expect(seen).toHaveLength(WRITERS * EACH);
  });
});

describe('a reader', () => {
  it('who takes nothing is cut off', async () => {
    let made = 0;
    async function* texts() {
      for (;;) yield `${made++}`;
    }
    const stopped = Promise.withResolvers<void>();
    const reader = eventStream(texts(), stopped.resolve, 1).body!.getReader();
    await reader.read();
    await stopped.promise;
    await expect(reader.read()).rejects.toThrow('too slow');
    expect(made).toBe(1);
  });

  it('who goes away makes room for another one', async () => {
    const app = buildApp({ ...world, access: accessBy(TOKEN), forges: [], probes: [] });
    const open = async () => app.request('/agents/events?after=0', { headers: { authorization } });
    const all = await Promise.all(Array.from({ length: 500 }, open));
    const refused = await open();
    expect([refused.status, await refused.json()]).toEqual([503, { error: { code: 'events.too-many', message: expect.any(String) } }]);
    await all[0]!.body!.cancel();
    const another = await open();
    expect(another.status).toBe(200);
    for (const { body } of [...all.slice(1), another]) await body!.cancel();
  });

  it('whose connection breaks is gone', async () => {
    const app = buildApp({ ...world, access: accessBy(TOKEN), forges: [], probes: [] });
    await using server = await listen(app, { host: '127.0.0.1', port: 0 });
    for (let times = 0; times < 501; times++) {
      const stop = new AbortController();
      const open = () => fetch(`${server.url}/agents/events?after=0`, { headers: { authorization }, signal: stop.signal });
      const response = await until(async () => {
        const answer = await open();
        if (answer.status === 200) return answer;
        await answer.body!.cancel();
        return null;
      }, 'room for a listener');
      stop.abort();
      await response.body!.cancel().catch(() => {});
    }
  });
});

describe('GET /agents/events/recent', () => {
  it('is the newest part of the log, or the part after a number', async () => {
    const numbers = [await note('1'), await note('2'), await note('3')];
    const read = async (query: string) => {
      const { body } = await world.call(`GET /agents/events/recent?${query}`);
      return { seen: (body.events as { sequence: number }[]).map(({ sequence }) => sequence), next: body.next as number };
    };
    expect(await read('limit=2')).toEqual({ seen: numbers.slice(1), next: numbers[2] });
    expect(await read(`after=0&limit=2`)).toEqual({ seen: numbers.slice(0, 2), next: numbers[1] });
    expect(await read(`after=${numbers[1]}&limit=2`)).toEqual({ seen: numbers.slice(2), next: numbers[2] });
    expect(await read(`after=${numbers[2]}`)).toEqual({ seen: [], next: numbers[2] });
    expect(await read('after=0&type=instance.halted')).toEqual({ seen: [], next: numbers[2] });
  });
});

interface Ids {
  readonly taskId: string;
  readonly agentId: string;
}
