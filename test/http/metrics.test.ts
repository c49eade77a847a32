import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { addUsage, NO_USAGE } from '../../src/domain/agent.ts';
import { buildApp } from '../../src/http/app.ts';
import { noteUsage } from '../../src/store/agents.ts';
import { pruneDeliveries, recordDelivery } from '../../src/store/deliveries.ts';
import { change } from '../../src/store/events.ts';
import { putGate } from '../../src/store/gates.ts';
import { accessBy } from '../support/access.ts';
import { complete, confirmStopped, taskThere } from '../support/tasks.ts';
import { ask, openApiWorld, TOKEN, type ApiWorld } from './api-world.ts';
import { ORIGIN } from '../support/origin.ts';

let world: ApiWorld;
beforeAll(async () => {
  world = await openApiWorld();
});
afterAll(() => world[Symbol.asyncDispose]());
beforeEach(() =>
  world.store.pool.query(
    'truncate signalbox.tasks, signalbox.agents, signalbox.events, signalbox.reports, signalbox.readers, signalbox.deliveries, signalbox.forgotten_deliveries cascade',
  ),
);

async function read(app = world.app): Promise<string[]> {
  const { status, body, headers } = await ask(app, 'GET /metrics');
  expect(status).toBe(200);
  expect(headers.get('content-type')).toContain('text/plain; version=0.0.4');
  return (body as string).split('\n').filter((line) => line !== '' && !line.startsWith('#'));
}

const result = (gate: string, state: 'passed' | 'failed') => ({
  gate,
  state,
  required: true,
  summary: '',
  command: null,
  findings: [],
  log: '',
  durationMs: 1,
  coverage: null,
});

it('what happened is told in figures', async () => {
  const [done, killed] = [await taskThere(world.db, 'running'), await taskThere(world.db, 'running')];
  await taskThere(world.db, 'pending');
  await change(world.db, (tx) => putGate(tx, done.taskId, done.agentId, 0, result('test', 'passed')));
  await noteUsage(
    world.db,
    done.agentId,
    addUsage(NO_USAGE, { ...NO_USAGE, turns: 2, inputTokens: 300, cacheReadTokens: 7, costUsd: 0.25 }),
  );
  await complete(world.db, done);
  await world.call(`POST /agents/${killed.agentId}/kill`);
  await confirmStopped(world.db, killed);
  const lines = await read();
  for (const line of [
    'signalbox_tasks{state="pending"} 1',
    'signalbox_tasks{state="completed"} 1',
    'signalbox_tasks{state="running"} 0',
    'signalbox_agents{state="killed"} 1',
    'signalbox_tasks_waiting{priority="5"} 1',
    'signalbox_gate_results_total{gate="test",state="passed"} 1',
    'signalbox_model_tokens_total{model="a model",kind="input"} 300',
    'signalbox_model_tokens_total{model="a model",kind="cache-read"} 7',
    'signalbox_model_cost_usd_total{model="a model"} 0.25',
    'signalbox_kill_seconds_count 1',
    'signalbox_kill_seconds_bucket{le="+Inf"} 1',
    'signalbox_task_state_seconds_count{state="running"} 2',
    'signalbox_task_state_seconds_bucket{state="dispatched",le="1"} 2',
    'signalbox_agent_state_seconds_count{state="running"} 2',
    'signalbox_lease_takeovers_total 0',
    'signalbox_halted 0',
    'signalbox_queue_up 1',
    'signalbox_queue_jobs{state="waiting"} 0',
  ])
    expect(lines).toContain(line);
});

it('the figures that the Grafana dashboard shows are there', async () => {
  const { body } = await ask(world.app, 'GET /metrics');
  const dashboard = await readFile(new URL('../../grafana/signalbox.json', import.meta.url), 'utf8');
  const shown = new Set([...dashboard.matchAll(/signalbox_[a-z_]+/g)].map(([name]) => name.replace(/_(bucket|sum|count)$/, '')));
  const told = [...(body as string).matchAll(/^# TYPE (\S+)/gm)].map(([, name]) => name);
  // Those with labels are there once there is something to tell.
  const later = ['deliveries_total', 'commands_total', 'gate_results_total', 'model_tokens_total', 'model_cost_usd_total', 'tasks_waiting'];
  expect([...shown].filter((name) => !told.includes(name) && !later.includes(name.replace('signalbox_', '')))).toEqual([]);
});

it('deliveries that were forgotten still count', async () => {
  const delivery = (id: string) => ({ forge: 'github', deliveryId: id, key: null, event: 'ping', body: '', lane: id, origin: ORIGIN });
  await recordDelivery(world.db, { ...delivery('1'), ignored: 'ping' });
  await recordDelivery(world.db, { ...delivery('2'), ignored: 'ping' });
  await recordDelivery(world.db, { ...delivery('3'), ignored: null });
  const expected = [
    'signalbox_deliveries_total{forge="github",outcome="ignored"} 2',
    'signalbox_deliveries_total{forge="github",outcome="received"} 1',
  ];
  expect(await read()).toEqual(expect.arrayContaining(expected));
  expect(await pruneDeliveries(world.db, new Date(Date.now() + 60_000))).toBe(2);
  expect(await pruneDeliveries(world.db, new Date(Date.now() + 60_000))).toBe(0);
  expect(await read()).toEqual(expect.arrayContaining(expected));
});

it('several servers tell the same, each event counted once, also when they are asked at once', async () => {
  const other = buildApp({ ...world, access: accessBy(TOKEN), forges: [], probes: [] });
  for (let count = 0; count < 3; count++) await complete(world.db, await taskThere(world.db, 'running'));
  const first = await Promise.all([read(), read(other), read(), read(other)]);
  await complete(world.db, await taskThere(world.db, 'running'));
  const second = [await read(other), await read()];
  const counts = (lines: string[]) => lines.find((line) => line.startsWith('signalbox_task_state_seconds_count{state="running"}'));
  expect(first.map(counts)).toEqual(Array(4).fill('signalbox_task_state_seconds_count{state="running"} 3'));
  expect(second.map(counts)).toEqual(Array(2).fill('signalbox_task_state_seconds_count{state="running"} 4'));
});

it('a long log is read to its end, and what was kept in another form is made anew', async () => {
  await world.store.pool.query(`insert into signalbox.events (type, data) select 'command.accepted', '{}' from generate_series(1, 2500)`);
  expect(await read()).toContain('signalbox_commands_total{outcome="accepted"} 2500');
  await world.store.pool.query(`update signalbox.readers set state = '{"takeovers": "many"}'`);
  expect(await read()).toContain('signalbox_commands_total{outcome="accepted"} 2500');
});

it('a queue that does not answer is said to be away', async () => {
  const queue = { ...world.queue, stats: () => Promise.reject(new Error('away')) };
  const lines = await read(buildApp({ ...world, queue, access: accessBy(TOKEN), forges: [], probes: [] }));
  expect(lines).toContain('signalbox_queue_up 0');
  expect(lines.filter((line) => line.startsWith('signalbox_queue_jobs'))).toEqual([]);
});
