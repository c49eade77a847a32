import { Hono } from 'hono';
import { assertMay, type Env } from '../server/access.ts';
import { notFound } from '../../forge/server/errors.ts';
import { roleOf } from '../../forge/server/roles.ts';
import type { Hub } from '../server/hub.ts';
import { ROLES, type Role } from '../../forge/server/model.ts';
import { accountView } from '../views/account.ts';
import { fullRepositoryView } from '../views/repository.ts';

/** GitHub's older, coarser word for a role. */
const PERMISSION: Record<Role, string> = { none: 'none', read: 'read', triage: 'read', write: 'write', maintain: 'write', admin: 'admin' };

export function repositoryRoutes(hub: Hub): Hono<Env> {
  const routes = new Hono<Env>();
  routes.get('/', (c) => {
    assertMay(c.var.access, c.var.repository, { role: 'read', permissions: ['metadata'], level: 'read' });
    return c.json(fullRepositoryView(hub, c.var.repository));
  });
  routes.get('/collaborators/:username/permission', (c) => {
    const { access, repository } = c.var;
    assertMay(access, repository, { role: 'write', permissions: ['metadata'], level: 'read' });
    const account = hub.findAccount(c.req.param('username'));
    if (!account) throw notFound();
    const role = roleOf(repository, account.login);
    const user = { ...accountView(hub, account), permissions: flags(role), role_name: role };
    return c.json({ permission: PERMISSION[role], role_name: role, user });
  });
  return routes;
}

function flags(role: Role) {
  const has = (needed: Role) => ROLES.indexOf(role) >= ROLES.indexOf(needed);
  return { pull: has('read'), triage: has('triage'), push: has('write'), maintain: has('maintain'), admin: has('admin') };
}
