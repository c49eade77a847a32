import { Hono } from 'hono';
import { z } from 'zod';
import { canSee, type Access, type Ctx, type Env } from '../server/access.ts';
import { readBody } from '../server/body.ts';
import { ApiError, notFound } from '../../forge/server/errors.ts';
import { forbidden } from '../server/errors.ts';
import type { Hub } from '../server/hub.ts';
import type { Repository } from '../../forge/server/model.ts';
import type { Installation, Permissions } from '../server/model.ts';
import { page } from '../server/paging.ts';
import { appView, installationView } from '../views/app.ts';
import { attemptViews } from '../views/delivery.ts';
import { repositoryView } from '../views/repository.ts';

const TokenRequest = z.object({
  repositories: z.array(z.string()).optional(),
  repository_ids: z.array(z.number()).optional(),
  permissions: z.record(z.string(), z.enum(['read', 'write'])).optional(),
});

/** What an App does as itself, with its JWT, and the one thing an installation asks about itself. */
export function appRoutes(hub: Hub): Hono<Env> {
  const routes = new Hono<Env>();

  routes.use('/app/*', async (c, next) => {
    assertApp(c.var.access);
    await next();
  });
  routes.get('/app', (c) => {
    assertApp(c.var.access);
    return c.json({ ...appView(hub), installations_count: hub.installations.length });
  });
  routes.get('/app/hook/config', (c) =>
    c.json({
      content_type: 'json',
      insecure_ssl: '0',
      secret: '********',
      ...(hub.deliveries.target && { url: hub.deliveries.target.url }),
    }),
  );
  routes.get('/app/hook/deliveries', (c) => c.json(page(c, attemptViews(hub.deliveries.list))));
  routes.get('/app/installations', (c) => c.json(page(c, hub.installations).map((one) => installationView(hub, one))));
  routes.get('/app/installations/:id', (c) => c.json(installationView(hub, findInstallation(hub, c))));
  routes.post('/app/installations/:id/access_tokens', async (c) => {
    const installation = findInstallation(hub, c);
    const wanted = await readBody(c, TokenRequest);
    return c.json(grant(hub, installation, wanted), 201);
  });
  routes.get('/repos/:owner/:repo/installation', (c) => {
    assertApp(c.var.access);
    const installation = hub.installationOf(hub.repository(`${c.req.param('owner')}/${c.req.param('repo')}`));
    if (!installation) throw notFound();
    return c.json(installationView(hub, installation));
  });
  routes.get('/installation/repositories', (c) => {
    const { access } = c.var;
    if (access.kind !== 'installation')
      throw forbidden('You must authenticate with an installation access token in order to list repositories for an installation.');
    const seen = hub.repositories.filter(
      (one) =>
        one.owner === access.installation.account && (!access.repositories || access.repositories.has(one.id)) && canSee(access, one),
    );
    return c.json({ total_count: seen.length, repositories: page(c, seen).map((one) => repositoryView(hub, one)) });
  });
  return routes;
}

function assertApp(access: Access): void {
  if (access.kind !== 'app') throw new ApiError(401, 'A JSON web token could not be decoded');
}

function findInstallation(hub: Hub, c: Ctx): Installation {
  const found = hub.installations.find((one) => String(one.id) === c.req.param('id'));
  if (!found) throw notFound();
  return found;
}

/** A token for this installation, or for a part of what it may do. */
function grant(hub: Hub, installation: Installation, wanted: z.infer<typeof TokenRequest>): object {
  const permissions = wanted.permissions ?? installation.permissions;
  if (!isWithin(permissions, installation.permissions)) {
    throw new ApiError(422, 'The permissions requested are not granted to this installation.');
  }
  const chosen = chooseRepositories(hub, installation, wanted);
  const repositories = chosen ? new Set(chosen.map((one) => one.id)) : installation.repositories;
  const access = { kind: 'installation' as const, user: hub.app.bot, installation, permissions, repositories };
  const { token, expiresAt } = hub.tokens.forInstallation(access);
  return {
    token,
    expires_at: expiresAt,
    permissions,
    repository_selection: repositories ? 'selected' : 'all',
    ...(chosen ? { repositories: chosen.map((one) => repositoryView(hub, one)) } : {}),
  };
}

function isWithin(wanted: Permissions, granted: Permissions): boolean {
  return Object.entries(wanted).every(([name, level]) => granted[name] === 'write' || granted[name] === level);
}

function chooseRepositories(hub: Hub, installation: Installation, wanted: z.infer<typeof TokenRequest>): Repository[] | null {
  const { repositories: names = [], repository_ids: ids = [] } = wanted;
  if (names.length + ids.length === 0) return null;
  const reached = hub.repositories.filter((one) => hub.installationOf(one) === installation);
  const chosen = reached.filter((one) => names.includes(one.name) || ids.includes(one.id));
  if (chosen.length < names.length + ids.length) {
    throw new ApiError(422, 'There is at least one repository that does not exist or is not accessible to the parent installation.');
  }
  return chosen;
}
