import { Hono, type Context, type MiddlewareHandler } from 'hono';
import { z } from 'zod';
import { isTerminal } from '../domain/task.ts';
import type { Db } from '../store/database.ts';
import { readEvents } from '../store/events.ts';
import { listAgents, overviewOf, type AgentOverview } from '../store/overview.ts';
import { killTask } from '../tasks/kill.ts';
import { stopTask, type Stopping } from '../tasks/stop.ts';
import { killAnswer, listed, statusOf, stopAnswer } from './agent-view.ts';
import type { Admitted } from './auth.ts';
import type { ControlServices } from './services.ts';
import { killAllAndWait } from './kill-all.ts';
import { problem, readQuery } from './problem.ts';
import { stopRequestOf } from './reason.ts';

const NEWEST = 100;
const UUID = z.uuid();
const Page = z.strictObject({
  after: z.coerce.number().int().min(0).default(0),
  limit: z.coerce.number().int().min(1).max(1000).default(1000),
});

export function agentRoutes(services: Omit<ControlServices, 'queue'>, guard: MiddlewareHandler<Admitted>): Hono<Admitted> {
  const { db } = services;
  return new Hono<Admitted>()
    .get('/', guard, async (c) => c.json({ agents: (await listAgents(db, NEWEST)).map(listed) }))
    .post('/kill-all', guard, async (c) => {
      const request = await stopRequestOf(c);
      return request instanceof Response ? request : killAllAndWait(c, services, request);
    })
    .post('/:agentId/kill', guard, (c) => kill(c, db))
    .post('/:agentId/stop', guard, (c) => stop(c, db))
    .get('/:agentId/status', guard, async (c) => {
      const agent = await agentOf(c, db);
      return agent ? c.json(statusOf(agent)) : unknownAgent(c);
    })
    .get('/:agentId/events', guard, (c) => events(c, db));
}

async function kill(c: Context<Admitted>, db: Db): Promise<Response> {
  const request = await stopRequestOf(c);
  if (request instanceof Response) return request;
  const before = await agentOf(c, db);
  if (!before) return unknownAgent(c);
  const killing = await killTask(db, before.taskId, request);
  const agent = (await overviewOf(db, before.agentId))!;
  if (killing === 'already-over') return c.json(killAnswer(agent, `It was already over (${agent.taskState}).`));
  const again = before.killRequestedAt !== null ? 'It was asked to stop before, and that request stands. ' : '';
  return c.json(killAnswer(agent, isTerminal(agent.taskState) ? 'It is stopped.' : `${again}Stop requested, not yet confirmed.`), 202);
}

async function stop(c: Context<Admitted>, db: Db): Promise<Response> {
  const request = await stopRequestOf(c);
  if (request instanceof Response) return request;
  const before = await agentOf(c, db);
  if (!before) return unknownAgent(c);
  const stopping = await stopTask(db, before.taskId, request);
  const agent = (await overviewOf(db, before.agentId))!;
  return c.json(
    stopAnswer(agent, stopping === 'already-over' ? `It was already over (${agent.taskState}).` : STOPPING[stopping]),
    stopping === 'requested' ? 202 : 200,
  );
}

const STOPPING: Readonly<Record<Exclude<Stopping, 'already-over'>, string>> = {
  requested: 'The agent is asked to wrap up; what it has is published as a draft.',
  'asked-before': 'It was asked to wrap up before, and that request stands.',
  'being-killed': 'It is being stopped at once already.',
  killed: 'It had not begun, and is over.',
};

/** What happened to an agent and was asked about it, oldest first; `next` is the `after` of the next page. */
async function events(c: Context<Admitted>, db: Db): Promise<Response> {
  const page = readQuery(c, Page);
  if (page instanceof Response) return page;
  const agent = await agentOf(c, db);
  if (!agent) return unknownAgent(c);
  const found = await readEvents(db, { ...page, taskId: agent.taskId });
  const own = found.filter(({ agentId }) => agentId === null || agentId === agent.agentId);
  const next = found.length === page.limit ? found.at(-1)!.seq : null;
  return c.json({ events: own.map(({ seq, at, type, data }) => ({ sequence: seq, time: at, type, data })), next });
}

async function agentOf(c: Context<Admitted>, db: Db): Promise<AgentOverview | null> {
  const id = UUID.safeParse(c.req.param('agentId'));
  return id.success ? overviewOf(db, id.data) : null;
}

function unknownAgent(c: Context): Response {
  return problem(c, 404, 'agent.not-found', 'There is no agent of that id here.');
}
