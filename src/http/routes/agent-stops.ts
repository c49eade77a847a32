import { z } from '@hono/zod-openapi';
import { isTerminal } from '../../domain/task.ts';
import { overviewOf } from '../../store/agent-overview.ts';
import { killTask } from '../../tasks/kill.ts';
import { stopTask, type Stopping } from '../../tasks/stop.ts';
import { body, guarded, json, newApi, type Api } from '../openapi.ts';
import type { ControlServices } from '../services.ts';
import { KillAnswer, killAnswer, StopAnswer, stopAnswer } from '../views/agent.ts';
import { Reason, requestOf } from '../views/reason.ts';
import { AgentId, NO_AGENT, unknownAgent } from './agents.ts';
import { killAllAndWait } from './kill-all.ts';

const common = { method: 'post' as const, tags: ['Agents'] };
const reason = { body: body(Reason, { optional: true }) };
const URGENT = { urgent: true };

const KILL = guarded(
  'operator',
  {
    ...common,
    path: '/agents/{agentId}/kill',
    summary: 'Stops an agent at once, and throws away what it has not published',
    request: { params: AgentId, ...reason },
    responses: {
      200: json(KillAnswer, 'It is over: by this, or it was before.'),
      202: json(KillAnswer, 'It is asked to stop, which is not confirmed yet.'),
      ...NO_AGENT,
    },
  },
  URGENT,
);
const STOP = guarded(
  'operator',
  {
    ...common,
    path: '/agents/{agentId}/stop',
    summary: 'Asks an agent to wrap up: what it has is published as a draft',
    request: { params: AgentId, ...reason },
    responses: {
      200: json(StopAnswer, 'It is over, or was asked before.'),
      202: json(StopAnswer, 'It is asked to wrap up.'),
      ...NO_AGENT,
    },
  },
  URGENT,
);

const count = z.int().min(0);
const KilledAll = z
  .object({
    message: z.string(),
    total: count,
    killed: count.openapi({ description: 'Confirmed.' }),
    failed: count.openapi({ description: 'Not confirmed yet.' }),
    errors: z.array(z.object({ taskId: z.uuid(), agentId: z.uuid().nullable(), message: z.string() })),
  })
  .openapi('KilledAll');
const KILL_ALL = guarded(
  'admin',
  {
    ...common,
    path: '/agents/kill-all',
    summary: 'Stops every agent of every repository and what waits to begin, and waits up to ten seconds for the confirmations',
    request: reason,
    responses: { 200: json(KilledAll, 'All are stopped.'), 202: json(KilledAll, 'Some are not confirmed yet.') },
  },
  URGENT,
);

/** What ends agents. None of it is ever refused for coming too often. */
export function agentStopRoutes(services: Pick<ControlServices, 'db' | 'notifications'>): Api {
  const { db } = services;
  return newApi()
    .openapi(KILL_ALL, async (c) => {
      const all = await killAllAndWait(services, requestOf(c.get('identity'), c.req.valid('json')), c.req.raw.signal);
      return c.json(all, all.failed === 0 ? 200 : 202);
    })
    .openapi(KILL, async (c) => {
      const before = await overviewOf(db, c.req.valid('param').agentId);
      if (!before) return unknownAgent(c);
      const killing = await killTask(db, before.taskId, requestOf(c.get('identity'), c.req.valid('json')));
      const agent = (await overviewOf(db, before.agentId))!;
      if (killing === 'already-over') return c.json(killAnswer(agent, `It was already over (${agent.taskState}).`), 200);
      if (isTerminal(agent.taskState)) return c.json(killAnswer(agent, 'It is stopped.'), 200);
      const again = before.killRequestedAt !== null ? 'It was asked to stop before, and that request stands. ' : '';
      return c.json(killAnswer(agent, `${again}Stop requested, not yet confirmed.`), 202);
    })
    .openapi(STOP, async (c) => {
      const before = await overviewOf(db, c.req.valid('param').agentId);
      if (!before) return unknownAgent(c);
      const stopping = await stopTask(db, before.taskId, requestOf(c.get('identity'), c.req.valid('json')));
      const agent = (await overviewOf(db, before.agentId))!;
      const message = stopping === 'already-over' ? `It was already over (${agent.taskState}).` : STOPPING[stopping];
      return c.json(stopAnswer(agent, message), stopping === 'requested' ? 202 : 200);
    });
}

const STOPPING: Readonly<Record<Exclude<Stopping, 'already-over'>, string>> = {
  requested: 'The agent is asked to wrap up; what it has is published as a draft.',
  'asked-before': 'It was asked to wrap up before, and that request stands.',
  'being-killed': 'It is being stopped at once already.',
  killed: 'It had not begun, and is over.',
};
