import { Redis } from 'ioredis';
import { describe, expect, it } from 'vitest';
import { startPublisher } from '../../src/events/publisher.ts';
import { openValkey } from '../../src/events/valkey.ts';
import { detailsOf } from '../../src/http/views/agent.ts';
import { eventView } from '../../src/http/views/event.ts';
import { taskView } from '../../src/http/views/task.ts';
import { appendEvent, change } from '../../src/store/events.ts';
import { until } from '../flow/stage.ts';
import { needsValkey } from '../support/needs.ts';
import { complete, taskThere } from '../support/tasks.ts';
import { startValkey } from '../support/valkey.ts';
import { openWorld, type World } from '../tasks/world.ts';

const noValkey = await needsValkey();
const views = { task: taskView, agent: detailsOf, event: eventView };

interface Heard {
  readonly sequence: number;
  readonly type: string;
}

/** Somebody else's program, which reads and listens. */
async function openListener(port: number) {
  const client = new Redis({ host: '127.0.0.1', port });
  const listening = client.duplicate();
  const heard: Heard[] = [];
  listening.on('message', (_, text) => heard.push(JSON.parse(text) as Heard));
  await listening.subscribe('orchestrator:events');
  return {
    heard,
    client,
    read: async (key: string) => JSON.parse((await client.get(key)) ?? 'null') as Record<string, unknown> | null,
    async [Symbol.asyncDispose]() {
      client.disconnect();
      listening.disconnect();
    },
  };
}

async function publishing(world: World, port: number) {
  await using stack = new AsyncDisposableStack();
  const valkey = stack.use(openValkey({ host: '127.0.0.1', port, password: null }, world.log));
  stack.use(startPublisher({ ...world, valkey, views }));
  const parts = stack.move();
  return { [Symbol.asyncDispose]: () => parts.disposeAsync() };
}

const note = (world: World) => change(world.db, (tx) => appendEvent(tx, { type: 'queue.paused' }));

describe.skipIf(noValkey)('what Valkey is told', () => {
  it('is how each task and agent stands, and what happens', async () => {
    await using valkey = await startValkey();
    await using world = await openWorld();
    await using listener = await openListener(valkey.port);
    const before = await taskThere(world.db, 'running');
    await using _ = await publishing(world, valkey.port);
    await until(() => listener.read(`orchestrator:task:${before.taskId}`), 'what was at work before');
    expect(listener.heard).toEqual([]);

    const { taskId, agentId } = await taskThere(world.db, 'running');
    await until(() => listener.heard.some(({ type }) => type === 'agent.running'), 'the agent to be heard of');
    expect(await listener.read(`orchestrator:task:${taskId}`)).toMatchObject({ taskId, agentId, state: 'running' });
    expect(await listener.read(`orchestrator:agent:${agentId}`)).toMatchObject({ taskId, agentId, status: 'running' });
    expect(await listener.client.ttl(`orchestrator:task:${taskId}`)).toBe(-1);
    expect(listener.heard.map(({ type }) => type)).toEqual([
      'task.pending',
      'task.dispatched',
      'task.running',
      'agent.spawning',
      'agent.running',
    ]);

    await complete(world.db, { taskId, agentId });
    await until(() => listener.heard.some(({ type }) => type === 'task.completed'), 'the end to be heard of');
    expect(await listener.read(`orchestrator:agent:${agentId}`)).toMatchObject({ status: 'completed' });
    expect(await listener.client.ttl(`orchestrator:task:${taskId}`)).toBeGreaterThan(0);
  });

  it('has no gap and no repetition, whichever server tells it', async () => {
    await using valkey = await startValkey();
    await using world = await openWorld();
    await using listener = await openListener(valkey.port);
    const wanted: number[] = [];
    await note(world);
    {
      await using servers = new AsyncDisposableStack();
      for (let count = 0; count < 2; count++) servers.use(await publishing(world, valkey.port));
      await until(async () => (await cursorOf(world)) > 0, 'the first look');
      for (let count = 0; count < 300; count++) wanted.push(await note(world));
    }
    for (let count = 0; count < 300; count++) wanted.push(await note(world));
    await using _ = await publishing(world, valkey.port);
    await until(() => listener.heard.length >= wanted.length, 'all to be heard');
    expect(listener.heard.map(({ sequence }) => sequence)).toEqual(wanted);
  });

  it('waits while Valkey is away', async () => {
    await using world = await openWorld();
    await note(world);
    const valkey = await startValkey();
    await using _ = await publishing(world, valkey.port);
    await until(async () => (await cursorOf(world)) > 0, 'the first look');
    const before = await cursorOf(world);
    await valkey[Symbol.asyncDispose]();
    await note(world);
    await using again = await startValkey(valkey.port);
    await using listener = await openListener(again.port);
    await note(world);
    await until(() => listener.heard.length > 0, 'what happened meanwhile');
    expect(await cursorOf(world)).toBeGreaterThan(before);
  });
});

async function cursorOf({ store }: World): Promise<number> {
  const { rows } = await store.pool.query<{ cursor: string }>("select cursor from signalbox.readers where name = 'valkey'");
  return Number(rows[0]?.cursor ?? 0);
}
