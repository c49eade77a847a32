import { Hono } from 'hono';
import { checkConformance } from '../../forge/conformance/conform.ts';
import type { ExchangeChecker } from '../../forge/conformance/exchanges.ts';
import { logAndMeetFaults, type Traffic } from '../../forge/server/traffic.ts';
import { commentRoutes } from '../routes/comments.ts';
import { contentsRoutes } from '../routes/contents.ts';
import { gitDataRoutes } from '../routes/git-data.ts';
import { hookRoutes } from '../routes/hooks.ts';
import { issueRoutes } from '../routes/issues.ts';
import { issueLabelRoutes, labelRoutes } from '../routes/labels.ts';
import { oauthRoutes } from '../routes/oauth.ts';
import { pullRoutes } from '../routes/pulls.ts';
import { reactionRoutes } from '../routes/reactions.ts';
import { repositoryRoutes, siteRoutes } from '../routes/repositories.ts';
import { reviewRoutes } from '../routes/reviews.ts';
import { statusRoutes } from '../routes/statuses.ts';
import { assertScope, assertSees, type Env } from './access.ts';
import { authenticate } from './authenticate.ts';
import { answerTo, errorBody } from './errors.ts';
import type { Hub } from './hub.ts';

export interface ApiOptions {
  hub: Hub;
  traffic: Traffic;
  check: ExchangeChecker;
  violations: string[];
  version: string;
}

/** The REST API, and what every answer goes through. */
export function createApi({ hub, traffic, check, violations, version }: ApiOptions): Hono<Env> {
  const app = new Hono<Env>();
  app.onError((error, c) => {
    const answer = answerTo(error);
    // Some refusals are a status and nothing else.
    if (answer?.status === 403 && answer.message === '') return c.body(null, 403);
    if (answer) return c.json(errorBody(answer.message, answer.details), answer.status);
    violations.push(`the stand-in itself failed on ${c.req.method} ${c.req.path}: ${error.stack ?? error.message}`);
    return c.json(errorBody(''), 500);
  });
  app.notFound((c) => c.json(errorBody('not found', { errors: null }), 404));
  app.use(logAndMeetFaults(traffic));
  // Pages for people, and what belongs to them: the description is the API's.
  app.route('/login/oauth', oauthRoutes(hub));
  app.use(checkConformance(check, violations));
  app.use(async (c, next) => {
    c.set('access', authenticate(hub.tokens, c.req.header('authorization')));
    await next();
  });
  app.route('/api/v1', siteRoutes(hub, version));
  app.route('/api/v1/repos/:owner/:repo', repositoryApi(hub));
  return app;
}

function repositoryApi(hub: Hub): Hono<Env> {
  const repository = new Hono<Env>();
  repository.use(async (c, next) => {
    const { owner = '', repo = '' } = c.req.param() as { owner?: string; repo?: string };
    const found = hub.repository(`${owner}/${repo}`);
    assertSees(c.var.access, found);
    c.set('repository', found);
    const ofIssues = new RegExp(`/repos/[^/]+/[^/]+/(issues|labels|milestones)(/|$)`).test(c.req.path);
    assertScope(c.var.access, c.req.method, ofIssues ? 'issue' : 'repository');
    await next();
  });
  repository.route('/', repositoryRoutes(hub));
  // The comments' own paths come first: `/issues/comments/5` is not about an issue.
  repository.route('/issues', commentRoutes(hub)).route('/issues', reactionRoutes(hub));
  repository.route('/issues', issueLabelRoutes(hub)).route('/issues', issueRoutes(hub));
  repository.route('/labels', labelRoutes(hub)).route('/hooks', hookRoutes(hub));
  repository.route('/pulls', reviewRoutes(hub)).route('/pulls', pullRoutes(hub));
  repository.route('/', statusRoutes(hub)).route('/', gitDataRoutes(hub)).route('/', contentsRoutes(hub));
  return repository;
}
