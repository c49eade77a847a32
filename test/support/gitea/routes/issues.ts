import { Hono } from 'hono';
import { z } from 'zod';
import { editIssue, openIssue } from '../../forge/behaviour/issues.ts';
import { changeState } from '../../forge/behaviour/state.ts';
import { ApiError } from '../../forge/server/errors.ts';
import type { Issue } from '../../forge/server/model.ts';
import { actorOf, isAtLeast, type Ctx, type Env } from '../server/access.ts';
import { readBody } from '../server/body.ts';
import { fitTitle, isDraftTitle } from '../server/titles.ts';
import type { Hub } from '../server/hub.ts';
import { page } from '../server/paging.ts';
import { issueView } from '../views/issue.ts';
import { assertTimes, isWithin, issueIn } from './find.ts';
import { labelsWithIds } from './labels.ts';

const NewIssue = z.object({
  title: z.string().min(1),
  body: z.string().default(''),
  labels: z.array(z.number().int()).default([]),
  closed: z.boolean().default(false),
});

const IssueEdit = z.object({ title: z.string().default(''), body: z.string().optional(), state: z.string().optional() });

export function issueRoutes(hub: Hub): Hono<Env> {
  const routes = new Hono<Env>();
  const view = (c: Ctx, issue: Issue) => issueView(hub, c.var.repository, issue);

  routes.get('/', (c) => {
    assertTimes(c);
    const found = c.var.repository.issues.filter((issue) => matches(issue, c)).toReversed();
    return c.json(page(c, found).map((issue) => view(c, issue)));
  });
  routes.post('/', async (c) => {
    const { access, repository } = c.var;
    const user = actorOf(access);
    const { title, body, labels, closed } = await readBody(c, NewIssue);
    // Labels of those who may not write are dropped without a word.
    const named = isAtLeast(access, repository, 'write') ? labelsWithIds(repository, labels) : [];
    const issue = openIssue(hub, repository, { title: fitTitle(title), body, user }, named);
    if (closed) await changeState(hub, repository, issue, 'closed', user);
    return c.json(view(c, issue), 201);
  });
  routes.get('/:index', (c) => c.json(view(c, issueIn(c))));
  routes.patch('/:index', async (c) => {
    const issue = issueIn(c);
    const edit = await readBody(c, IssueEdit);
    await edited(hub, c, issue, edit);
    return c.json(view(c, issue), 201);
  });
  return routes;
}

/** Issues and pull requests alike: by who opened them, or by whoever may write. An empty title changes nothing. */
export async function edited(hub: Hub, c: Ctx, issue: Issue, edit: { title: string; body?: string; state?: string }): Promise<void> {
  const { access, repository } = c.var;
  const by = actorOf(access);
  if (by !== issue.user && !isAtLeast(access, repository, 'write')) throw new ApiError(403, '');
  const { title, body, state } = edit;
  editIssue(hub, repository, issue, { ...(title === '' ? {} : { title: fitTitle(title) }), ...(body === undefined ? {} : { body }) }, by);
  if (issue.pull) issue.pull.draft = isDraftTitle(issue.title);
  if (state === undefined) return;
  if (issue.pull?.merged) throw new ApiError(412, 'cannot change state of this pull request, it was already merged');
  if (state !== 'open' && state !== 'closed') throw new ApiError(412, `unknown state: ${state}`);
  await changeState(hub, repository, issue, state, by);
}

function matches(issue: Issue, c: Ctx): boolean {
  const { state = 'open', type, created_by: creator, labels = '', since, before } = c.req.query();
  if (state !== 'all' && issue.state !== (state === 'closed' ? 'closed' : 'open')) return false;
  if (type === 'issues' && issue.pull) return false;
  if (type === 'pulls' && !issue.pull) return false;
  if (creator !== undefined && issue.user.login !== creator) return false;
  if (!isWithin(issue.updatedAt, since, before)) return false;
  // Labels that the repository does not have are as if nobody had asked for them.
  const known = labels.split(',').filter((name) => c.var.repository.labels.some((label) => label.name === name));
  return known.every((name) => issue.labels.some((label) => label.name === name));
}
