import { Hono } from 'hono';
import { ApiError, notFound } from '../../forge/server/errors.ts';
import type { Repository } from '../../forge/server/model.ts';
import { roleOf } from '../../forge/server/roles.ts';
import { actorOf, assertScope, isAtLeast, roleIn, type Access, type Ctx, type Env } from '../server/access.ts';
import type { Hub } from '../server/hub.ts';
import { page } from '../server/paging.ts';
import { accountView } from '../views/account.ts';
import { repositoryView } from '../views/repository.ts';

/** Above any one repository: users, searches, the server itself. */
export function siteRoutes(hub: Hub, version: string): Hono<Env> {
  const routes = new Hono<Env>();
  const view = (access: Access, repository: Repository) => repositoryView(hub, repository, roleIn(access, repository));

  routes.get('/version', (c) => c.json({ version }));
  routes.get('/user', (c) => {
    assertScope(c.var.access, 'GET', 'user');
    return c.json(accountView(hub, actorOf(c.var.access)));
  });
  routes.get('/user/repos', (c) => {
    const { access } = c.var;
    assertScope(access, 'GET', 'user', 'repository');
    const { login } = actorOf(access);
    return c.json(
      page(
        c,
        hub.repositories.filter((one) => isOn(one, login)),
      ).map((one) => view(access, one)),
    );
  });
  routes.get('/users/:username', (c) => {
    assertScope(c.var.access, 'GET', 'user');
    const account = hub.findAccount(c.req.param('username'));
    if (!account) throw new ApiError(404, `user redirect does not exist [name: ${c.req.param('username')}]`);
    return c.json(accountView(hub, account));
  });
  routes.get('/orgs/:org/labels', (c) => {
    assertScope(c.var.access, 'GET', 'organization');
    if (hub.findAccount(c.req.param('org'))?.type !== 'Organization') throw notFound();
    return c.json(page(c, []));
  });
  routes.get('/repos/search', (c) => {
    const { access } = c.var;
    assertScope(access, 'GET', 'repository');
    const found = hub.repositories.filter((one) => isAtLeast(access, one, 'read') && isSought(hub, one, c));
    return c.json({ ok: true, data: page(c, found).map((one) => view(access, one)) });
  });
  return routes;
}

/** Owned, or collaborated on: more than being public. */
function isOn(repository: Repository, login: string): boolean {
  const named = repository.collaborators.get(login.toLowerCase()) ?? 'none';
  return repository.owner.login.toLowerCase() === login.toLowerCase() || named !== 'none';
}

function isSought(hub: Hub, repository: Repository, c: Ctx): boolean {
  const { q = '', uid, exclusive } = c.req.query();
  if (!repository.fullName.toLowerCase().includes(q.toLowerCase())) return false;
  const account = hub.accounts.find((one) => String(one.id) === uid);
  if (!account) return true;
  return repository.owner === account || (exclusive !== 'true' && isOn(repository, account.login));
}

export function repositoryRoutes(hub: Hub): Hono<Env> {
  const routes = new Hono<Env>();
  routes.get('/', (c) => c.json(repositoryView(hub, c.var.repository, roleIn(c.var.access, c.var.repository))));
  routes.get('/collaborators/:collaborator/permission', (c) => {
    const { access, repository } = c.var;
    const asker = actorOf(access);
    const login = c.req.param('collaborator');
    if (asker.login.toLowerCase() !== login.toLowerCase() && !isAtLeast(access, repository, 'admin')) {
      const words = 'Only admins can query all permissions, repo admins can query all repo permissions';
      throw new ApiError(403, `${words}, collaborators can query only their own`);
    }
    const account = hub.findAccount(login);
    if (!account) throw new ApiError(404, `user does not exist [uid: 0, name: ${login}]`);
    const role = repository.owner === account ? 'owner' : roleOf(repository, account.login);
    return c.json({ permission: role, role_name: role, user: accountView(hub, account) });
  });
  return routes;
}
