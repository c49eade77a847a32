import { z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { AGENT_TYPES, isTerminal, TASK_STATES } from '../../domain/task.ts';
import type { Db } from '../../store/database.ts';
import { change } from '../../store/events.ts';
import { gatesOf } from '../../store/gates.ts';
import { editTask } from '../../store/task-edits.ts';
import { listTasks, taskOverviewOf } from '../../store/task-overview.ts';
import { killTask } from '../../tasks/kill.ts';
import { body, guarded, json, newApi, refusal, type Api } from '../openapi.ts';
import { problem } from '../problem.ts';
import { Id } from '../views/common.ts';
import { Limits, Priority } from '../views/limits.ts';
import { cursorOf, cursorTo, listOf, Next, PageSize } from '../views/query.ts';
import { Reason, requestOf } from '../views/reason.ts';
import { Task, TaskAnswer, TaskDetails, taskView } from '../views/task.ts';

export const TaskId = z.object({ id: Id });
export const NO_TASK = { 404: refusal('There is no task of that id.') };

const Place = z.tuple([z.number(), z.uuid()]).transform(([ms, id]) => ({ createdAt: new Date(ms), id }));
const Filter = z.strictObject({
  state: listOf(TASK_STATES).optional(),
  forge: z.string().optional(),
  repository: z.string().optional().openapi({ example: 'acme/app' }),
  number: z.coerce.number().int().min(1).optional().openapi({ type: 'integer', description: 'Of the issue or pull request.' }),
  agentType: z.enum(AGENT_TYPES).optional(),
  requestedBy: z.string().optional(),
  cursor: cursorOf(Place).optional(),
  limit: PageSize,
});
const Edit = z
  .strictObject({ priority: Priority.optional(), limits: Limits.nullable().optional() })
  .refine((edit) => Object.keys(edit).length > 0, 'Say what is to change: priority, limits, or both.')
  .openapi('TaskEdit');

const LIST = guarded('viewer', {
  method: 'get',
  path: '/tasks',
  tags: ['Tasks'],
  summary: 'Tasks, newest first',
  request: { query: Filter },
  responses: { 200: json(z.object({ tasks: z.array(Task), next: Next }), 'A page of tasks.') },
});
const ONE = guarded('viewer', {
  method: 'get',
  path: '/tasks/{id}',
  tags: ['Tasks'],
  summary: 'A task with its gates',
  request: { params: TaskId },
  responses: { 200: json(TaskDetails, 'The task.'), ...NO_TASK },
});
const EDIT = guarded('operator', {
  method: 'patch',
  path: '/tasks/{id}',
  tags: ['Tasks'],
  summary: 'Changes the priority and the limits of a task that waits',
  request: { params: TaskId, body: body(Edit) },
  responses: { 200: json(Task, 'The task as it is now.'), ...NO_TASK, 409: refusal('It does not wait any more.') },
});
const CANCEL = guarded(
  'operator',
  {
    method: 'delete',
    path: '/tasks/{id}',
    tags: ['Tasks'],
    summary: 'Stops a task: what waits is over at once, and what is at work is killed',
    request: { params: TaskId, query: Reason },
    responses: {
      200: json(TaskAnswer, 'It is over: by this, or it was before.'),
      202: json(TaskAnswer, 'Its agent is asked to stop, which is not confirmed yet.'),
      ...NO_TASK,
    },
  },
  { urgent: true },
);

/** What there is of work, and what can be changed of it. */
export function taskRoutes({ db }: { readonly db: Db }): Api {
  return newApi()
    .openapi(LIST, async (c) => {
      const { state: states, cursor: before, limit, ...equal } = c.req.valid('query');
      const found = await listTasks(db, { ...equal, states, before, limit });
      const last = found.length === limit ? found.at(-1)! : null;
      return c.json({ tasks: found.map(taskView), next: last && cursorTo([last.createdAt.getTime(), last.id]) }, 200);
    })
    .openapi(ONE, async (c) => {
      const task = await taskOverviewOf(db, c.req.valid('param').id);
      return task ? c.json({ ...taskView(task), gates: await gatesOf(db, task.id) }, 200) : unknownTask(c);
    })
    .openapi(EDIT, async (c) => {
      const { id } = c.req.valid('param');
      const edited = await change(db, (tx) => editTask(tx, id, c.req.valid('json'), c.get('identity').actor));
      const task = await taskOverviewOf(db, id);
      if (!task) return unknownTask(c);
      if (!edited) return problem(c, 409, 'task.not-pending', `A task can be changed while it waits; this one is ${task.state}.`);
      return c.json(taskView(task), 200);
    })
    .openapi(CANCEL, async (c) => {
      const { id } = c.req.valid('param');
      const before = await taskOverviewOf(db, id);
      if (!before) return unknownTask(c);
      const killing = await killTask(db, id, requestOf(c.get('identity'), c.req.valid('query')));
      const task = (await taskOverviewOf(db, id))!;
      if (killing === 'already-over') return c.json({ ...taskView(task), message: `It was already over (${task.state}).` }, 200);
      if (isTerminal(task.state)) return c.json({ ...taskView(task), message: 'It is stopped.' }, 200);
      return c.json({ ...taskView(task), message: 'Stop requested, not yet confirmed.' }, 202);
    });
}

export function unknownTask(c: Context) {
  return problem(c, 404, 'task.not-found', 'There is no task of that id here.');
}
