import { z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import type { Db } from '../../store/database.ts';
import { readFeed } from '../../store/feed.ts';
import { listAgents, overviewOf } from '../../store/agent-overview.ts';
import { readSteps } from '../../store/steps.ts';
import { guarded, json, newApi, refusal, type Api } from '../openapi.ts';
import { problem } from '../problem.ts';
import { AgentDetails, AgentStatus, detailsOf, listed, ListedAgent, statusOf } from '../views/agent.ts';
import { Id } from '../views/common.ts';
import { Event, eventView } from '../views/event.ts';
import { Step, stepView } from '../views/step.ts';

const NEWEST = 100;

export const AgentId = z.object({ agentId: Id });
export const NO_AGENT = { 404: refusal('There is no agent of that id.') };

const Page = z.strictObject({
  after: z.coerce.number().int().min(0).default(0).openapi({ description: '`next` of the page before.' }),
  limit: z.coerce.number().int().min(1).max(1000).default(1000),
});
const StepPage = z.strictObject({
  from: z.coerce.number().int().min(0).default(0).openapi({ description: 'The first step wanted; they count from 0.' }),
  limit: z.coerce.number().int().min(1).max(1000).default(1000),
});
const next = z.int().nullable().openapi({ description: '`after` of the next page; null when this is the last.' });
const nextStep = z.int().openapi({ description: '`from` of the steps after these, which may not be there yet.' });
const common = { method: 'get' as const, tags: ['Agents'] };
const ofOne = { params: AgentId };

const LIST = guarded('viewer', {
  ...common,
  path: '/agents',
  summary: 'All agents that are at work, and the newest others; newest first',
  responses: { 200: json(z.object({ agents: z.array(ListedAgent) }), 'The agents.') },
});
const ONE = guarded('viewer', {
  ...common,
  path: '/agents/{agentId}',
  summary: 'Everything about an agent; a browser gets its transcript as a page',
  request: ofOne,
  responses: { 200: json(AgentDetails, 'The agent.'), ...NO_AGENT },
});
const STATUS = guarded('viewer', {
  ...common,
  path: '/agents/{agentId}/status',
  summary: 'Where an agent stands',
  request: ofOne,
  responses: { 200: json(AgentStatus, 'Where it stands.'), ...NO_AGENT },
});
const TRANSCRIPT = guarded('viewer', {
  ...common,
  path: '/agents/{agentId}/transcript',
  summary: 'What an agent was told, said and did, step by step',
  request: { ...ofOne, query: StepPage },
  responses: { 200: json(z.object({ agentId: z.uuid(), steps: z.array(Step), next: nextStep }), 'Its steps, oldest first.'), ...NO_AGENT },
});
const EVENTS = guarded('viewer', {
  ...common,
  path: '/agents/{agentId}/events',
  summary: 'What happened to an agent and was asked about it',
  request: { ...ofOne, query: Page },
  responses: { 200: json(z.object({ events: z.array(Event), next }), 'The events, oldest first.'), ...NO_AGENT },
});

export function agentRoutes({ db }: { readonly db: Db }): Api {
  return newApi()
    .openapi(LIST, async (c) => c.json({ agents: (await listAgents(db, NEWEST)).map(listed) }, 200))
    .openapi(ONE, async (c) => {
      const agent = await overviewOf(db, c.req.valid('param').agentId);
      return agent ? c.json(detailsOf(agent), 200) : unknownAgent(c);
    })
    .openapi(STATUS, async (c) => {
      const agent = await overviewOf(db, c.req.valid('param').agentId);
      return agent ? c.json(statusOf(agent), 200) : unknownAgent(c);
    })
    .openapi(TRANSCRIPT, async (c) => {
      const agent = await overviewOf(db, c.req.valid('param').agentId);
      if (!agent) return unknownAgent(c);
      const page = c.req.valid('query');
      const steps = await readSteps(db, agent.agentId, page);
      return c.json({ agentId: agent.agentId, steps: steps.map(stepView), next: page.from + steps.length }, 200);
    })
    .openapi(EVENTS, async (c) => {
      const agent = await overviewOf(db, c.req.valid('param').agentId);
      if (!agent) return unknownAgent(c);
      const page = c.req.valid('query');
      const found = await readFeed(db, { scope: 'everything', taskId: agent.taskId, agentId: agent.agentId }, page);
      return c.json({ events: found.map(eventView), next: found.length === page.limit ? found.at(-1)!.seq : null }, 200);
    });
}

export function unknownAgent(c: Context) {
  return problem(c, 404, 'agent.not-found', 'There is no agent of that id here.');
}
