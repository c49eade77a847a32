import { Hono } from 'hono';
import { z } from 'zod';
import { addLabels, clearLabels, createLabel, removeLabel, setLabels } from '../../forge/behaviour/labels.ts';
import { ApiError, notFound } from '../../forge/server/errors.ts';
import type { Account, Label, Repository } from '../../forge/server/model.ts';
import { actorOf, assertWriter, isAtLeast, type Ctx, type Env } from '../server/access.ts';
import { readBody } from '../server/body.ts';
import { unprocessable } from '../server/errors.ts';
import type { Hub } from '../server/hub.ts';
import { pageIfAsked } from '../server/paging.ts';
import { labelView } from '../views/issue.ts';
import { issueIn } from './find.ts';

const Color = z.string().transform((color) => color.replace(/^#/, '').toLowerCase());

const NewLabel = z.object({ name: z.string().min(1), color: Color, description: z.string().default('') });

const LabelEdit = z.object({ name: z.string().optional(), color: Color.optional(), description: z.string().optional() });

const Named = z.object({ labels: z.array(z.union([z.number().int(), z.string()])).default([]) });

/** The repository's labels. Two may have one name. */
export function labelRoutes(hub: Hub): Hono<Env> {
  const routes = new Hono<Env>();
  const view = (c: Ctx, label: Label) => labelView(hub, c.var.repository, label);

  routes.get('/', (c) => {
    const inOrder = c.var.repository.labels.toSorted((a, b) => (a.name < b.name ? -1 : 1));
    return c.json(pageIfAsked(c, inOrder).map((label) => view(c, label)));
  });
  routes.post('/', async (c) => {
    assertWriter(c);
    const label = createLabel(hub, c.var.repository, await readBody(c, NewLabel));
    return c.json(view(c, label), 201);
  });
  routes.get('/:id', (c) => c.json(view(c, labelIn(c))));
  routes.patch('/:id', async (c) => {
    assertWriter(c);
    const label = labelIn(c);
    Object.assign(label, await readBody(c, LabelEdit));
    return c.json(view(c, label));
  });
  routes.delete('/:id', (c) => {
    assertWriter(c);
    const { repository } = c.var;
    const label = labelIn(c);
    repository.labels = repository.labels.filter((one) => one !== label);
    for (const issue of repository.issues) issue.labels = issue.labels.filter((one) => one !== label);
    return c.body(null, 204);
  });
  return routes;
}

/** The labels on an issue or a pull request. */
export function issueLabelRoutes(hub: Hub): Hono<Env> {
  const routes = new Hono<Env>();
  const answer = (c: Ctx) => issueIn(c).labels.map((label) => labelView(hub, c.var.repository, label));

  routes.get('/:index/labels', (c) => c.json(answer(c)));
  routes.post('/:index/labels', async (c) => {
    const issue = issueIn(c);
    const by = assertMayLabel(c, 'write permission is required');
    addLabels(hub, c.var.repository, issue, await namedIn(hub, c), by);
    return c.json(answer(c));
  });
  routes.put('/:index/labels', async (c) => {
    const issue = issueIn(c);
    const by = assertMayLabel(c, 'write permission is required');
    setLabels(hub, c.var.repository, issue, await namedIn(hub, c), by);
    return c.json(answer(c));
  });
  routes.delete('/:index/labels', (c) => {
    const issue = issueIn(c);
    clearLabels(hub, c.var.repository, issue, assertMayLabel(c, ''));
    return c.body(null, 204);
  });
  routes.delete('/:index/labels/:id', (c) => {
    const { repository } = c.var;
    const issue = issueIn(c);
    const by = assertMayLabel(c, '');
    const label = repository.labels.find((one) => String(one.id) === c.req.param('id'));
    if (!label) throw unprocessable('label does not exist [label_id: 0]');
    removeLabel(hub, repository, issue, label, by);
    return c.body(null, 204);
  });
  return routes;
}

function assertMayLabel(c: Ctx, complaint: string): Account {
  const by = actorOf(c.var.access);
  if (!isAtLeast(c.var.access, c.var.repository, 'write')) throw new ApiError(403, complaint);
  return by;
}

function labelIn(c: Ctx): Label {
  const label = c.var.repository.labels.find((one) => String(one.id) === c.req.param('id'));
  if (!label) throw notFound();
  return label;
}

/** Those that the repository does not have are left out without a word; names are for newer versions. */
async function namedIn(hub: Hub, c: Ctx): Promise<Label[]> {
  const { labels } = await readBody(c, Named);
  const ids = labels.filter((label) => typeof label === 'number');
  const names = labels.filter((label) => typeof label === 'string');
  if (ids.length > 0 && names.length > 0) throw new ApiError(400, 'labels should be an array of strings or integers');
  if (names.length > 0 && !hub.dialect.labelNames) throw unprocessable('[]: json: cannot unmarshal string into Go struct field');
  return [...labelsWithIds(c.var.repository, ids), ...c.var.repository.labels.filter((label) => names.includes(label.name))];
}

export function labelsWithIds(repository: Repository, ids: readonly number[]): Label[] {
  return repository.labels.filter((label) => ids.includes(label.id));
}
