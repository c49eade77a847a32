import { Hono, type Context } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { z } from 'zod';
import { pageResponse } from './answer.ts';
import { createDesk } from './desk.ts';
import { publicPage } from './layout.ts';
import { noticeOf } from './actions/notices.ts';
import { agentsPage } from './pages/agents.ts';
import { AuditQuery, auditLogPage } from './pages/audit-log.ts';
import { FiguresQuery, figuresPage } from './pages/figures.ts';
import { gatePage } from './pages/gate.ts';
import { HistoryQuery, historyPage } from './pages/history.ts';
import { messagePage } from './pages/message.ts';
import { queuePage } from './pages/queue.ts';
import { RepositoriesQuery, repositoriesPage } from './pages/repositories.ts';
import { repositoryPage } from './pages/repository.ts';
import { taskPage } from './pages/task.ts';
import { actionRoutes } from './routes/actions.ts';
import { forgeSignInRoutes, type ForgeSignInOptions } from './routes/forge-sign-in.ts';
import { signInRoutes, type SignInOptions } from './routes/sign-in.ts';
import type { PageServices } from './services.ts';

export type WebServices = PageServices & SignInOptions & ForgeSignInOptions;

const MAX_FORM_BYTES = 16_384;
const Id = z.uuid();
const From = z.coerce.number().int().min(0).catch(0);

/** The dashboard. Its addresses are others than the API's, whose answers are for programs. */
export function webRoutes(services: WebServices): Hono {
  const desk = createDesk(services);
  const query = <T>(c: Context, schema: z.ZodType<T>) => schema.parse(c.req.query());
  const said = (c: Context) => ({ notice: noticeOf(c.req.query('said')) });
  const web = new Hono()
    .get(
      '/',
      desk.show(async (c, visitor) => ({ ...(await agentsPage(services, visitor)), ...said(c) })),
    )
    .get(
      '/queue',
      desk.show(async (c, visitor) => ({ ...(await queuePage(services, visitor, c.req.query())), ...said(c) })),
    )
    .get(
      '/history',
      desk.show((c, visitor) => historyPage(services, visitor, query(c, HistoryQuery))),
    )
    .get(
      '/figures',
      desk.show((c, visitor) => figuresPage(services, visitor, query(c, FiguresQuery))),
    )
    .get(
      '/audit-log',
      desk.show((c, visitor) => auditLogPage(services, visitor, query(c, AuditQuery))),
    )
    .get(
      '/repositories',
      desk.show((c, visitor) => repositoriesPage(services, visitor, query(c, RepositoriesQuery))),
    )
    .get(
      '/repositories/:forge/:repository{.+}',
      desk.show((c, visitor) => {
        const of = { forge: c.req.param('forge') ?? '', repository: c.req.param('repository') ?? '' };
        return repositoryPage(services, visitor, of, c.req.query());
      }),
    )
    .get(
      '/task/:id',
      desk.show(async (c, visitor) => {
        const id = Id.safeParse(c.req.param('id'));
        const page = id.success ? await taskPage(services, visitor, id.data, From.parse(c.req.query('from'))) : null;
        return page && { ...page, ...said(c) };
      }),
    )
    .get('/agents/:agentId/gates/:gate', (c) => gateResponse(services, c.req.param('agentId'), c.req.param('gate')));
  web.on('POST', ['/sign-in', '/sign-out', '/task/*', '/instance/*', '/at/*'], bodyLimit({ maxSize: MAX_FORM_BYTES }));
  return web.route('/', signInRoutes(services, desk)).route('/', forgeSignInRoutes(services)).route('/', actionRoutes(services, desk));
}

/** As the transcript: for whoever has the link, which nobody can guess. */
async function gateResponse({ db }: PageServices, agentId: string, gate: string): Promise<Response> {
  const page = Id.safeParse(agentId).success ? await gatePage(db, agentId, gate) : null;
  const missing = messagePage('No such gate', 'No gate of that name was run on the work of this agent, or it is run again just now.');
  return pageResponse(await publicPage(page ?? missing), page ? 200 : 404);
}
