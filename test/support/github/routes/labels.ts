import { Hono } from 'hono';
import { z } from 'zod';
import { addLabels, clearLabels, createLabel, findLabel, removeLabel, setLabels } from '../../forge/behaviour/labels.ts';
import { labelsNamed } from '../behaviour/labels.ts';
import { actorOf, assertMay, type Ctx, type Env } from '../server/access.ts';
import { readBody } from '../server/body.ts';
import { notFound } from '../../forge/server/errors.ts';
import { invalid } from '../server/errors.ts';
import type { Hub } from '../server/hub.ts';
import { page } from '../server/paging.ts';
import { labelView } from '../views/issue.ts';
import { issueIn } from './issues.ts';
import { needIssue } from './needs.ts';

const NewLabel = z.object({ name: z.string().min(1).max(50), color: z.string().optional(), description: z.string().nullish() });

const LabelName = z.union([z.string(), z.object({ name: z.string() }).transform((label) => label.name)]);

const LabelNames = z.union([z.object({ labels: z.array(LabelName).default([]) }).transform(({ labels }) => labels), z.array(LabelName)]);

/** The repository's labels. */
export function labelRoutes(hub: Hub): Hono<Env> {
  const routes = new Hono<Env>();
  routes.get('/', (c) => {
    assertMay(c.var.access, c.var.repository, needIssue('read', 'read'));
    return c.json(page(c, c.var.repository.labels).map((label) => labelView(hub, c.var.repository, label)));
  });
  routes.get('/:name', (c) => {
    assertMay(c.var.access, c.var.repository, needIssue('read', 'read'));
    const label = findLabel(c.var.repository, c.req.param('name'));
    if (!label) throw notFound();
    return c.json(labelView(hub, c.var.repository, label));
  });
  routes.post('/', async (c) => {
    assertMay(c.var.access, c.var.repository, needIssue('triage', 'write'));
    const fields = await readBody(c, NewLabel);
    if (findLabel(c.var.repository, fields.name)) throw invalid({ resource: 'Label', code: 'already_exists', field: 'name' });
    const label = createLabel(hub, c.var.repository, fields);
    return c.json(labelView(hub, c.var.repository, label), 201);
  });
  return routes;
}

/** The labels on an issue or a pull request; each change answers with those that are on it now. */
export function issueLabelRoutes(hub: Hub): Hono<Env> {
  const routes = new Hono<Env>();
  const answer = (c: Ctx) => issueIn(c).labels.map((label) => labelView(hub, c.var.repository, label));
  const wantedLabels = async (c: Ctx) => labelsNamed(hub, c.var.repository, await readBody(c, LabelNames));
  const assertMayLabel = (c: Ctx) => assertMay(c.var.access, c.var.repository, needIssue('triage', 'write'));

  routes.get('/:number/labels', (c) => {
    assertMay(c.var.access, c.var.repository, needIssue('read', 'read'));
    return c.json(page(c, answer(c)));
  });
  routes.post('/:number/labels', async (c) => {
    assertMayLabel(c);
    addLabels(hub, c.var.repository, issueIn(c), await wantedLabels(c), actorOf(c.var.access));
    return c.json(answer(c));
  });
  routes.put('/:number/labels', async (c) => {
    assertMayLabel(c);
    setLabels(hub, c.var.repository, issueIn(c), await wantedLabels(c), actorOf(c.var.access));
    return c.json(answer(c));
  });
  routes.delete('/:number/labels', (c) => {
    assertMayLabel(c);
    clearLabels(hub, c.var.repository, issueIn(c), actorOf(c.var.access));
    return c.body(null, 204);
  });
  routes.delete('/:number/labels/:name', (c) => {
    assertMayLabel(c);
    const issue = issueIn(c);
    const label = findLabel(c.var.repository, c.req.param('name'));
    if (!label || !issue.labels.includes(label)) throw notFound();
    removeLabel(hub, c.var.repository, issue, label, actorOf(c.var.access));
    return c.json(answer(c));
  });
  return routes;
}
