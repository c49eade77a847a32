import { Hono } from 'hono';
import { z } from 'zod';
import { pullsOf, setDraft } from '../../forge/behaviour/pulls.ts';
import { actorOf, assertMay, canSee, type Env } from '../server/access.ts';
import { readBody } from '../server/body.ts';
import { ApiError } from '../../forge/server/errors.ts';
import type { Hub } from '../server/hub.ts';
import type { Pull, Repository } from '../../forge/server/model.ts';
import { nodeId } from '../server/urls.ts';
import { needPull } from './needs.ts';

const Query = z.object({ query: z.string(), variables: z.record(z.string(), z.unknown()).default({}) });

const MUTATION = /\b(markPullRequestReadyForReview|convertPullRequestToDraft)\b/;
const INLINE_ID = /pullRequestId\s*:\s*"([^"]+)"/;

/** The two mutations that REST has no word for, known by their names; no GraphQL is understood here. */
export function graphqlRoutes(hub: Hub): Hono<Env> {
  const routes = new Hono<Env>();
  routes.post('/graphql', async (c) => {
    const sender = actorOf(c.var.access);
    const { query, variables } = await readBody(c, Query);
    const mutation = MUTATION.exec(query)?.[1];
    if (!mutation) throw new ApiError(400, 'The stand-in knows no such query');
    const id = INLINE_ID.exec(query)?.[1] ?? findId(variables);
    const found = findByNodeId(hub, id);
    if (!found || !canSee(c.var.access, found.repository)) {
      return c.json({
        data: { [mutation]: null },
        errors: [{ type: 'NOT_FOUND', path: [mutation], message: `Could not resolve to a node with the global id of '${id}'` }],
      });
    }
    const { repository, pull } = found;
    assertMay(c.var.access, repository, needPull(sender === pull.issue.user ? 'read' : 'write', 'write'));
    setDraft(hub, repository, pull, mutation === 'convertPullRequestToDraft', sender);
    const pullRequest = {
      id: nodeId('PR', pull.id),
      number: pull.issue.number,
      isDraft: pull.draft,
      url: hub.urls.issuePage(repository, pull.issue),
    };
    return c.json({ data: { [mutation]: { clientMutationId: null, pullRequest } } });
  });
  return routes;
}

/** Whatever the caller named its variable, a pull request's id looks like one. */
function findId(variables: Record<string, unknown>): string {
  return /"(PR_[\w-]+)"/.exec(JSON.stringify(variables))?.[1] ?? '';
}

function findByNodeId(hub: Hub, id: string): { repository: Repository; pull: Pull } | null {
  for (const repository of hub.repositories) {
    const pull = pullsOf(repository).find((one) => nodeId('PR', one.id) === id);
    if (pull) return { repository, pull };
  }
  return null;
}
