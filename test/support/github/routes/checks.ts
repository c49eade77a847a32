import { Hono } from 'hono';
import { z } from 'zod';
import { createCheckRun, findCheckRun, rerequest, updateCheckRun, type CheckRunFields } from '../behaviour/checks.ts';
import { resolveCommit } from '../../forge/git/read.ts';
import { actorOf, assertMay, type Ctx, type Env } from '../server/access.ts';
import { readBody } from '../server/body.ts';
import { ApiError } from '../../forge/server/errors.ts';
import { forbidden } from '../server/errors.ts';
import type { Hub } from '../server/hub.ts';
import type { CheckRun } from '../server/model.ts';
import { page } from '../server/paging.ts';
import { annotationView, checkRunView } from '../views/check.ts';
import { needChecks } from './needs.ts';

const Annotation = z.object({
  path: z.string(),
  start_line: z.number().int(),
  end_line: z.number().int(),
  start_column: z.number().int().nullable().default(null),
  end_column: z.number().int().nullable().default(null),
  annotation_level: z.enum(['notice', 'warning', 'failure']),
  message: z.string(),
  title: z.string().nullable().default(null),
  raw_details: z.string().nullable().default(null),
});

const Fields = z.object({
  name: z.string().min(1).optional(),
  head_sha: z.string().optional(),
  details_url: z.string().optional(),
  external_id: z.string().optional(),
  status: z.enum(['queued', 'in_progress', 'completed']).optional(),
  conclusion: z.enum(['action_required', 'cancelled', 'failure', 'neutral', 'success', 'skipped', 'stale', 'timed_out']).optional(),
  started_at: z.string().optional(),
  completed_at: z.string().optional(),
  output: z
    .object({
      title: z.string().optional(),
      summary: z.string().max(65_535),
      text: z.string().max(65_535).optional(),
      annotations: z.array(Annotation).default([]),
    })
    .optional(),
  actions: z
    .array(z.object({ label: z.string().max(20), description: z.string().max(40), identifier: z.string().max(20) }))
    .max(3)
    .optional(),
});

export function checkRoutes(hub: Hub): Hono<Env> {
  const routes = new Hono<Env>();
  const view = (c: Ctx, run: CheckRun) => checkRunView(hub, c.var.repository, run);
  const list = (c: Ctx, runs: CheckRun[]) => ({ total_count: runs.length, check_runs: page(c, runs).map((run) => view(c, run)) });

  routes.post('/check-runs', async (c) => {
    assertMayWrite(c);
    const body = await readBody(c, Fields.required({ name: true, head_sha: true }));
    return c.json(view(c, await createCheckRun(hub, c.var.repository, body.name, body.head_sha, toFields(body))), 201);
  });
  routes.get('/check-runs/:id', (c) => c.json(view(c, checkRunIn(hub, c))));
  routes.patch('/check-runs/:id', async (c) => {
    assertMayWrite(c);
    const run = checkRunIn(hub, c);
    updateCheckRun(hub, c.var.repository, run, toFields(await readBody(c, Fields)));
    return c.json(view(c, run));
  });
  routes.get('/check-runs/:id/annotations', (c) => {
    const run = checkRunIn(hub, c);
    return c.json(page(c, run.annotations).map((annotation) => annotationView(hub, c.var.repository, run, annotation)));
  });
  routes.post('/check-runs/:id/rerequest', (c) => {
    assertMayWrite(c);
    rerequest(hub, c.var.repository, checkRunIn(hub, c), actorOf(c.var.access));
    return c.json({}, 201);
  });
  routes.get('/check-suites/:suite/check-runs', (c) => {
    assertMay(c.var.access, c.var.repository, needChecks('read'));
    return c.json(
      list(
        c,
        select(
          c,
          hub.checksOf(c.var.repository).runs.filter((run) => String(run.suite.id) === c.req.param('suite')),
        ),
      ),
    );
  });
  routes.get('/commits/:ref{.+}/check-runs', async (c) => {
    assertMay(c.var.access, c.var.repository, needChecks('read'));
    const ref = c.req.param('ref');
    const sha = await resolveCommit(c.var.repository.gitDir, ref);
    if (!sha) throw new ApiError(422, `No commit found for SHA: ${ref}`);
    return c.json(
      list(
        c,
        select(
          c,
          hub.checksOf(c.var.repository).runs.filter((run) => run.headSha === sha),
        ),
      ),
    );
  });
  return routes;
}

/** Check runs are an App's: people and their tokens cannot make them. */
function assertMayWrite(c: Ctx): void {
  if (c.var.access.kind === 'person') throw forbidden('You must authenticate via a GitHub App.');
  assertMay(c.var.access, c.var.repository, needChecks('write'));
}

function checkRunIn(hub: Hub, c: Ctx): CheckRun {
  assertMay(c.var.access, c.var.repository, needChecks('read'));
  return findCheckRun(hub, c.var.repository, Number(c.req.param('id')));
}

/** Newest first; of runs with one name only the newest, unless all are asked for. */
function select(c: Ctx, runs: CheckRun[]): CheckRun[] {
  const { check_name: name, status, filter = 'latest' } = c.req.query();
  const newestFirst = runs
    .toReversed()
    .filter((run) => (name === undefined || run.name === name) && (status === undefined || run.status === status));
  return filter === 'all'
    ? newestFirst
    : newestFirst.filter((run, index) => newestFirst.findIndex((one) => one.name === run.name) === index);
}

function toFields(body: z.infer<typeof Fields>): CheckRunFields {
  return {
    name: body.name,
    externalId: body.external_id,
    detailsUrl: body.details_url,
    status: body.status,
    conclusion: body.conclusion,
    startedAt: body.started_at,
    completedAt: body.completed_at,
    output: body.output,
    actions: body.actions,
  };
}
