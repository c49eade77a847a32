import { Hono } from 'hono';
import { z } from 'zod';
import { editIssue, findIssue, openIssue } from '../../forge/behaviour/issues.ts';
import { setLabels } from '../../forge/behaviour/labels.ts';
import { labelsNamed } from '../behaviour/labels.ts';
import { changeState } from '../../forge/behaviour/state.ts';
import { actorOf, assertMay, mayDo, type Ctx, type Env } from '../server/access.ts';
import { readBody } from '../server/body.ts';
import type { Hub } from '../server/hub.ts';
import type { Issue } from '../../forge/server/model.ts';
import { page } from '../server/paging.ts';
import { eventView } from '../views/event.ts';
import { fullIssueView, issueView } from '../views/issue.ts';
import { needIssue } from './needs.ts';

const LabelName = z.union([z.string(), z.object({ name: z.string() }).transform((label) => label.name)]);

const NewIssue = z.object({
  title: z.union([z.string().min(1), z.number()]).transform(String),
  body: z.string().nullish(),
  labels: z.array(LabelName).default([]),
});

const IssueEdit = z.object({
  title: z
    .union([z.string().min(1), z.number()])
    .transform(String)
    .optional(),
  body: z.string().nullish(),
  state: z.enum(['open', 'closed']).optional(),
  state_reason: z.enum(['completed', 'not_planned', 'duplicate', 'reopened']).nullish(),
  labels: z.array(LabelName).optional(),
});

export function issueRoutes(hub: Hub): Hono<Env> {
  const routes = new Hono<Env>();

  routes.get('/', (c) => {
    assertMay(c.var.access, c.var.repository, needIssue('read', 'read'));
    const found = c.var.repository.issues.filter((issue) => matches(issue, c)).toReversed();
    return c.json(page(c, found).map((issue) => issueView(hub, c.var.repository, issue)));
  });
  routes.post('/', async (c) => {
    const { access, repository } = c.var;
    assertMay(access, repository, needIssue('read', 'write'));
    const fields = await readBody(c, NewIssue);
    // Labels of those who may not label are dropped without a word.
    const labels = mayDo(access, repository, needIssue('triage', 'write')) ? labelsNamed(hub, repository, fields.labels) : [];
    const user = actorOf(access);
    const issue = openIssue(hub, repository, { title: fields.title, body: fields.body ?? null, user }, labels);
    return c.json(fullIssueView(hub, repository, issue), 201);
  });
  routes.get('/events', (c) => {
    assertMay(c.var.access, c.var.repository, needIssue('read', 'read'));
    const events = hub.eventsOf(c.var.repository).toReversed();
    return c.json(page(c, events).map((one) => eventView(hub, c.var.repository, one)));
  });
  routes.get('/:number', (c) => {
    assertMay(c.var.access, c.var.repository, needIssue('read', 'read'));
    return c.json(fullIssueView(hub, c.var.repository, issueIn(c)));
  });
  routes.patch('/:number', async (c) => {
    const { access, repository } = c.var;
    const issue = issueIn(c);
    const edit = await readBody(c, IssueEdit);
    assertMay(access, repository, needIssue(isAuthor(c, issue) ? 'read' : 'triage', 'write'));
    const sender = actorOf(access);
    editIssue(hub, repository, issue, { title: edit.title, ...('body' in edit ? { body: edit.body ?? null } : {}) }, sender);
    if (edit.state) await changeState(hub, repository, issue, edit.state, sender, edit.state_reason ?? null);
    if (edit.labels && mayDo(access, repository, needIssue('triage', 'write'))) {
      setLabels(hub, repository, issue, labelsNamed(hub, repository, edit.labels), sender);
    }
    return c.json(fullIssueView(hub, repository, issue));
  });
  return routes;
}

export function issueIn(c: Ctx): Issue {
  return findIssue(c.var.repository, Number(c.req.param('number')));
}

function isAuthor(c: Ctx, issue: Issue): boolean {
  return c.var.access.kind === 'person' && c.var.access.user === issue.user;
}

function matches(issue: Issue, c: Ctx): boolean {
  const { state = 'open', creator, labels, since } = c.req.query();
  if (state !== 'all' && issue.state !== state) return false;
  if (creator !== undefined && issue.user.login !== creator) return false;
  if (since !== undefined && issue.updatedAt < since) return false;
  const wanted = labels?.split(',').filter((name) => name !== '') ?? [];
  return wanted.every((name) => issue.labels.some((label) => label.name.toLowerCase() === name.toLowerCase()));
}
