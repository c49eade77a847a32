import { z } from '@hono/zod-openapi';
import { SpanKind } from '@opentelemetry/api';
import type { Context } from 'hono';
import { randomUUID } from 'node:crypto';
import { AGENT_STATES } from '../../domain/agent.ts';
import { AGENT_TYPES, GATE_PROFILES, operator, type Task as StoredTask } from '../../domain/task.ts';
import type { Origin } from '../../domain/origin.ts';
import type { AnyForge } from '../../forge/forge.ts';
import type { Db } from '../../store/database.ts';
import { overviewOf } from '../../store/agent-overview.ts';
import { taskOverviewOf } from '../../store/task-overview.ts';
import { findTask, type Creation } from '../../store/tasks.ts';
import { askAgain, askForWork, type WorkRequest } from '../../tasks/ask-for-work.ts';
import { DEFAULT_PRIORITY } from '../../tasks/start-work.ts';
import type { Tracing } from '../../tracing/tracing.ts';
import { body, guarded, json, newApi, refusal, type Api } from '../openapi.ts';
import { problem } from '../problem.ts';
import { Limits, Priority } from '../views/limits.ts';
import { Task, taskView } from '../views/task.ts';
import { NO_TASK, TaskId, unknownTask } from './tasks.ts';

const words = z.string().trim().min(1).max(20_000);
const WorkContext = z
  .strictObject({
    repository: words.optional().openapi({
      description:
        '`owner/name`, or its address; also that of another git server, as `git clone` takes it, which GIT_URLS allows: then the result is a pushed branch. May be left out where a work item is such an address, or that of an issue.',
      example: 'acme/app',
    }),
    forge: z.string().optional().openapi({ description: 'The configured forge’s name, where several have such a repository.' }),
    branch: z
      .string()
      .regex(/^(?![-/.])(?!.*(?:\.\.|\/\/|@\{))[^\s~^:?*[\\\p{Cc}]{1,200}(?<![/.])$/u, 'This is not the name of a branch.')
      .optional()
      .openapi({ description: 'What a new branch starts from and is judged against; the default branch when left out.' }),
    workItems: z
      .array(z.union([z.int().min(1), words]))
      .min(1)
      .max(20)
      .openapi({
        description:
          'Numbers or addresses of issues and pull requests, and texts. The first issue is what it is about; texts alone will do.',
      }),
    skills: z.array(words.max(200)).max(20).optional().openapi({ description: 'Told to the agent.' }),
  })
  .openapi('WorkContext');
const how = {
  gateProfile: z.enum(GATE_PROFILES).optional().openapi({ description: 'Left out, the repository’s settings decide.' }),
  priority: Priority.default(DEFAULT_PRIORITY),
  limits: Limits.optional(),
  instruction: words.optional(),
  context: WorkContext,
};
const taskId = z.uuid().openapi({ description: 'Chosen by whoever asks: asking again with the same one changes nothing.' });
const NewTask = z.strictObject({ taskId: taskId.optional(), agentType: z.enum(AGENT_TYPES).default('worker'), ...how }).openapi('NewTask');
const Spawn = z.strictObject({ taskId, agentType: z.enum(AGENT_TYPES), ...how }).openapi('Spawn');
const Retry = z.strictObject({ taskId: taskId.optional(), instruction: words.optional() }).openapi('Retry');
const Spawned = z.object({ agentId: z.uuid(), taskId: z.uuid(), status: z.enum(AGENT_STATES) }).openapi('Spawned');

const CANNOT = {
  409: refusal('Another task of that issue or pull request is not over.'),
  422: refusal('What it is to be about is not there, or not for this Signalbox.'),
};
const CREATE = guarded('operator', {
  method: 'post',
  path: '/tasks',
  tags: ['Tasks'],
  summary: 'Asks for work on an issue or pull request, or on what is said in words',
  request: { body: body(NewTask) },
  responses: { 201: json(Task, 'The task that was made.'), 200: json(Task, 'The task of that id, which was there.'), ...CANNOT },
});
const SPAWN = guarded('operator', {
  method: 'post',
  path: '/agents/spawn',
  tags: ['Agents'],
  summary:
    'Asks for an agent on an issue or pull request, or on what is said in words, whose id is told at once; it begins when there is room',
  request: { body: body(Spawn) },
  responses: { 201: json(Spawned, 'It is promised.'), 200: json(Spawned, 'The agent of that task, which was there.'), ...CANNOT },
});
const RETRY = guarded('operator', {
  method: 'post',
  path: '/tasks/{id}/retry',
  tags: ['Tasks'],
  summary: 'Asks for the same work again, on the same branch if it has one',
  request: { params: TaskId, body: body(Retry, { optional: true }) },
  responses: {
    201: json(Task, 'The task that was made.'),
    200: json(Task, 'The task of that id, which was there.'),
    ...NO_TASK,
    409: CANNOT[409],
  },
});

interface StartServices {
  readonly db: Db;
  readonly forges: readonly AnyForge[];
  readonly tracing: Tracing;
}

/** What brings work in, over the same operations as the commands on a forge. */
export function startTaskRoutes(services: StartServices): Api {
  const { db, tracing } = services;
  return newApi()
    .openapi(CREATE, async (c) => {
      const asked = await inSpan(c, tracing, (origin) =>
        askForWork(services, { ...wishOf(c.req.valid('json'), c.get('identity').actor), origin }),
      );
      if ('impossible' in asked) return problem(c, 422, asked.impossible.code, asked.impossible.message);
      if ('busy' in asked) return busy(c, asked.busy);
      return c.json(taskView((await taskOverviewOf(db, taskOf(asked).id))!), 'same' in asked ? 200 : 201);
    })
    .openapi(SPAWN, async (c) => {
      const asked = await inSpan(c, tracing, (origin) =>
        askForWork(services, { ...wishOf(c.req.valid('json'), c.get('identity').actor), origin }),
      );
      if ('impossible' in asked) return problem(c, 422, asked.impossible.code, asked.impossible.message);
      if ('busy' in asked) return busy(c, asked.busy);
      const { id, agentId } = (await taskOverviewOf(db, taskOf(asked).id))!;
      const agent = agentId === null ? null : await overviewOf(db, agentId);
      if (!agent)
        return problem(c, 409, 'task.no-agent', 'There is a task of that id, which was asked for otherwise and has no agent yet.');
      return c.json({ agentId: agent.agentId, taskId: id, status: agent.state }, 'same' in asked ? 200 : 201);
    })
    .openapi(RETRY, async (c) => {
      const last = await findTask(db, c.req.valid('param').id);
      if (!last) return unknownTask(c);
      const { taskId: wanted = randomUUID(), instruction = '' } = c.req.valid('json');
      const wish = { taskId: wanted, by: operator(c.get('identity').actor), instruction };
      const asked = await inSpan(c, tracing, (origin) => askAgain(db, last, { ...wish, origin }));
      if ('busy' in asked) return busy(c, asked.busy);
      return c.json(taskView((await taskOverviewOf(db, taskOf(asked).id))!), 'same' in asked ? 200 : 201);
    });
}

/** What comes of a request is traced below it, and that below whatever its caller, who has a token, was doing. */
function inSpan<T>(c: Context, tracing: Tracing, work: (origin: Origin) => Promise<T>): Promise<T> {
  const wish = { parent: c.req.header('traceparent') ?? null, kind: SpanKind.SERVER };
  return tracing.span(`${c.req.method} ${c.req.path.replace(/[0-9a-f-]{36}/, '{id}')}`, wish, () =>
    work(tracing.origin(c.get('requestId'))),
  );
}

function wishOf({ taskId: wanted, gateProfile, ...rest }: z.infer<typeof NewTask>, actor: string): Omit<WorkRequest, 'origin'> {
  const { limits = null, instruction = null } = rest;
  return { ...rest, taskId: wanted ?? randomUUID(), profile: gateProfile ?? null, limits, instruction, actor };
}

function taskOf(creation: Exclude<Creation, { busy: unknown }>): StoredTask {
  return 'same' in creation ? creation.same : creation.created;
}

function busy(c: Context, { id, state, requestedBy }: StoredTask) {
  const message = `The task ${id} is on this already (${state}, asked for by ${requestedBy.login}). Wait for it, or stop it and ask again.`;
  return problem(c, 409, 'task.busy', message);
}
