import { Hono } from 'hono';
import { checkConformance } from '../../forge/conformance/conform.ts';
import type { ExchangeChecker } from '../../forge/conformance/exchanges.ts';
import { appRoutes } from '../routes/app.ts';
import { checkRoutes } from '../routes/checks.ts';
import { commentRoutes } from '../routes/comments.ts';
import { contentsRoutes } from '../routes/contents.ts';
import { gitDataRoutes } from '../routes/git-data.ts';
import { graphqlRoutes } from '../routes/graphql.ts';
import { issueRoutes } from '../routes/issues.ts';
import { issueLabelRoutes, labelRoutes } from '../routes/labels.ts';
import { oauthRoutes } from '../routes/oauth.ts';
import { pullRoutes } from '../routes/pulls.ts';
import { reactionRoutes } from '../routes/reactions.ts';
import { repositoryRoutes } from '../routes/repositories.ts';
import { reviewRoutes } from '../routes/reviews.ts';
import { statusRoutes } from '../routes/statuses.ts';
import { userRoutes } from '../routes/users.ts';
import { canSee, type Env } from './access.ts';
import { authenticate } from './authenticate.ts';
import { notFound } from '../../forge/server/errors.ts';
import { answerTo, errorBody } from './errors.ts';
import { logAndMeetFaults, type Traffic } from '../../forge/server/traffic.ts';
import type { Hub } from './hub.ts';
import { rateLimitHeaders } from './rate-limit.ts';

export interface ApiOptions {
  hub: Hub;
  traffic: Traffic;
  check: ExchangeChecker;
  violations: string[];
}

/** The REST API, the two mutations of the GraphQL one, and what every answer goes through. */
export function createApi({ hub, traffic, check, violations }: ApiOptions): Hono<Env> {
  const app = new Hono<Env>();
  app.onError((error, c) => {
    const answer = answerTo(error);
    if (answer) return c.json(errorBody(answer.message, answer.status, answer.details), answer.status);
    violations.push(`the stand-in itself failed on ${c.req.method} ${c.req.path}: ${error.stack ?? error.message}`);
    return c.json(errorBody('Server Error', 500), 500);
  });
  app.notFound((c) => c.json(errorBody('Not Found', 404), 404));
  app.use(logAndMeetFaults(traffic));
  // Pages for people, and what belongs to them: the description is the API's.
  app.route('/login/oauth', oauthRoutes(hub));
  app.use(checkConformance(check, violations), rateLimitHeaders(hub.now));
  app.use(async (c, next) => {
    c.set('access', authenticate(hub, c.req.header('authorization')));
    await next();
  });
  app.route('/', appRoutes(hub)).route('/', userRoutes(hub)).route('/', graphqlRoutes(hub));
  app.route('/repos/:owner/:repo', repositoryApi(hub));
  return app;
}

function repositoryApi(hub: Hub): Hono<Env> {
  const repository = new Hono<Env>();
  repository.use(async (c, next) => {
    const found = hub.repository(`${c.req.param('owner')}/${c.req.param('repo')}`);
    if (!canSee(c.var.access, found)) throw notFound();
    c.set('repository', found);
    await next();
  });
  repository.route('/', repositoryRoutes(hub));
  // The comments' own paths come first: `/issues/comments/5` is not about an issue.
  repository.route('/issues', commentRoutes(hub)).route('/issues', reactionRoutes(hub));
  repository.route('/issues', issueLabelRoutes(hub)).route('/issues', issueRoutes(hub));
  repository.route('/labels', labelRoutes(hub));
  repository.route('/pulls', reviewRoutes(hub)).route('/pulls', pullRoutes(hub));
  repository.route('/', checkRoutes(hub)).route('/', statusRoutes(hub)).route('/', gitDataRoutes(hub));
  repository.route('/contents', contentsRoutes(hub));
  return repository;
}
