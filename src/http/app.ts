import { SpanKind } from '@opentelemetry/api';
import { bodyLimit } from 'hono/body-limit';
import { HTTPException } from 'hono/http-exception';
import { requestId } from 'hono/request-id';
import { secureHeaders } from 'hono/secure-headers';
import { Hono, type Context } from 'hono';
import { SignalboxError } from '../errors.ts';
import type { AnyForge, Forge } from '../forge/forge.ts';
import type { Probe } from '../health.ts';
import type { Logger } from '../log.ts';
import { MAX_DELIVERY_BYTES, receiveDelivery } from '../webhook/receive.ts';
import { createAssets } from '../web/assets.ts';
import { transcriptPage } from '../web/transcript-page.ts';
import { webRoutes } from '../web/routes.ts';
import type { OperatorLimits } from '../web/services.ts';
import { createSessionKey } from '../web/session/key.ts';
import { createPendingSignIns } from '../web/session/pending.ts';
import { createSessions, type Sessions } from '../web/session/sessions.ts';
import { may } from '../web/session/visitor.ts';
import { addressOf, isFromHere } from './admission/address.ts';
import { createAdmission, type Admission } from './admission/admission.ts';
import { createRateLimit } from './admission/rate-limit.ts';
import { describeApi } from './describe.ts';
import { newApi, type Api } from './openapi.ts';
import { problem } from './problem.ts';
import { agentStopRoutes } from './routes/agent-stops.ts';
import { agentRoutes } from './routes/agents.ts';
import { auditRoutes } from './routes/audit.ts';
import { eventRoutes } from './routes/events.ts';
import { haltRoutes } from './routes/halt.ts';
import { healthRoutes } from './routes/health.ts';
import { metricsRoutes } from './routes/metrics.ts';
import { queueRoutes } from './routes/queue.ts';
import { startTaskRoutes } from './routes/start-tasks.ts';
import { taskRoutes } from './routes/tasks.ts';
import { tokenRoutes } from './routes/tokens.ts';
import type { ControlServices } from './services.ts';

export interface AppServices extends ControlServices {
  readonly forges: readonly Forge[];
  /** Where agents can be sent: the forges, and plain git; the forges alone when nothing is said. */
  readonly everywhere?: readonly AnyForge[];
  readonly probes: readonly Probe[];
  /** What the dashboard holds figures against; without it there is no dashboard. */
  readonly limits?: OperatorLimits;
  /** Where people reach this server; null: on its own machine. */
  readonly publicUrl?: string | null;
  /** Milliseconds for which a forge's word about what somebody may do is believed; a minute when nothing is said. */
  readonly believedMs?: number;
  readonly log: Logger;
}

const BELIEVED_MS = 60_000;

/** Everything that the server answers. Nothing listens yet: tests call `app.request()`. */
export function buildApp(services: AppServices): Api {
  const app = newApi();
  const { db, forges, access, publicUrl = null, believedMs = BELIEVED_MS } = services;
  const key = createSessionKey(db);
  const sessions = createSessions({ db, key, forges, ...access, isFromHere, believedMs });
  const admission = withSessions(createAdmission({ db, ...access }), sessions);
  app.use(requestId());
  // Before the headers that are the API's: the pages have their own.
  if (services.limits)
    app.route(
      '/',
      webRoutes({
        ...services,
        limits: services.limits,
        publicUrl,
        sessions,
        pending: createPendingSignIns(key),
        waitAfterRefusal: createRefusalCount(),
      }),
    );
  app.use(secureHeaders(), async (c, next) => {
    c.set('admission', admission);
    await next();
  });
  for (const forge of forges) app.route(`/webhooks/${forge.name}`, webhookRoute(services, forge));
  servePages(app, services);
  for (const routes of [
    healthRoutes(services.probes),
    agentStopRoutes(services),
    eventRoutes(services),
    startTaskRoutes({ ...services, forges: services.everywhere ?? services.forges }),
    agentRoutes(services),
    taskRoutes(services),
    queueRoutes(services),
    haltRoutes(services),
    auditRoutes(services),
    tokenRoutes(services),
    metricsRoutes(services),
  ])
    app.route('/', routes);
  describeApi(app);
  app.notFound((c) => problem(c, 404, 'http.not-found', `There is nothing at ${c.req.method} ${c.req.path}.`));
  app.onError((error, c) => refused(error, c) ?? failed(services.log, error, c));
  return app;
}

/**
 * The dashboard's pages listen to the event stream with the session that they were opened with. Who signed in through a forge
 * gets nothing else of the API: it tells of the whole instance.
 */
function withSessions(admission: Admission, sessions: Sessions): Admission {
  return {
    async admit(c, role, manners) {
      const isPage = c.req.method === 'GET' && c.req.header('authorization') === undefined;
      const visitor = isPage ? await sessions.read(c) : null;
      const isLetIn = visitor && (may(visitor, role) || (manners.scoped && visitor.role === null));
      if (!isLetIn) return admission.admit(c, role, manners);
      const { person, scope, until, formKey } = visitor;
      return { actor: person.login, role: visitor.role ?? role, key: `session ${formKey}`, scope, until };
    },
  };
}

const REFUSED_SIGN_INS_PER_MINUTE = 20;

function createRefusalCount(): (c: Context) => number {
  const rate = createRateLimit({ perMinute: REFUSED_SIGN_INS_PER_MINUTE });
  return (c) => rate.take(`address ${addressOf(c)}`);
}

/** What people see in a browser at an address that programs use too. */
function servePages(app: Api, { db }: AppServices): void {
  app.get('/assets/:name', createAssets());
  app.get('/agents/:agentId{[0-9a-f-]{36}}', async (c, next) => {
    if (c.req.header('accept')?.includes('text/html')) c.res = await transcriptPage(db, c.req.param('agentId'));
    else await next();
    c.res.headers.append('vary', 'accept');
    return c.res;
  });
}

/** What the libraries refuse by themselves. */
function refused(error: unknown, c: Context): Response | null {
  if (!(error instanceof HTTPException)) return null;
  const code = error.status === 503 ? 'http.timeout' : 'http.refused';
  return problem(c, error.status, code, error.message);
}

function failed(log: Logger, error: unknown, c: Context): Response {
  log.error({ err: error, path: c.req.path, requestId: c.get('requestId') }, 'a request failed');
  const code = error instanceof SignalboxError ? error.code : 'http.internal';
  return problem(c, 503, code, 'This could not be done now. Try again; the log has the reason.');
}

function webhookRoute({ db, log, tracing }: AppServices, forge: Forge): Hono {
  const tooLarge = (c: Context) => problem(c, 413, 'webhook.too-large', `A delivery has at most ${MAX_DELIVERY_BYTES} bytes.`);
  return new Hono().post('/', bodyLimit({ maxSize: MAX_DELIVERY_BYTES, onError: tooLarge }), async (c) => {
    const body = Buffer.from(await c.req.arrayBuffer());
    // Whoever sends it says nothing of traces that is believed.
    const wish = {
      parent: null,
      kind: SpanKind.SERVER,
      attributes: { 'signalbox.forge': forge.name, 'http.request.body.size': body.length },
    };
    return tracing.span('webhook', wish, async (span) => {
      const result = await receiveDelivery(db, forge, c.req.raw.headers, body, tracing.origin(c.get('requestId')));
      span.setAttribute('http.response.status_code', result.status);
      if (result.status !== 202) log.warn({ forge: forge.name, requestId: c.get('requestId'), ...result }, 'a delivery was refused');
      return c.json(result.body, result.status);
    });
  });
}
