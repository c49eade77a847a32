import { Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { secureHeaders } from 'hono/secure-headers';
import { SignalboxError } from '../errors.ts';
import type { Forge } from '../forge/forge.ts';
import type { Logger } from '../log.ts';
import { MAX_DELIVERY_BYTES, receiveDelivery } from '../webhook/receive.ts';
import { gatePage } from '../web/gate-page.ts';
import { transcriptPage } from '../web/transcript-page.ts';
import type { Probe } from '../health.ts';
import { controlRoutes } from './control.ts';
import { healthRoutes } from './health.ts';
import { problem } from './problem.ts';
import type { ControlServices } from './services.ts';

export interface AppServices extends ControlServices {
  readonly forges: readonly Forge[];
  readonly probes: readonly Probe[];
  readonly log: Logger;
}

/** Everything that the server answers. Nothing listens yet: tests call `app.request()`. */
export function buildApp(services: AppServices): Hono {
  const app = new Hono();
  app.use(secureHeaders());
  app.route('/health', healthRoutes(services.probes));
  for (const forge of services.forges) app.route(`/webhooks/${forge.name}`, webhookRoute(services, forge));
  app.route('/', controlRoutes(services));
  app.get('/agents/:agentId', (c) => transcriptPage(services.db, c.req.param('agentId')));
  app.get('/tasks/:taskId/gates/:gate', (c) => gatePage(services.db, c.req.param('taskId'), c.req.param('gate')));
  app.notFound((c) => problem(c, 404, 'http.not-found', `There is nothing at ${c.req.method} ${c.req.path}.`));
  app.onError((error, c) => {
    services.log.error({ err: error, path: c.req.path }, 'a request failed');
    const code = error instanceof SignalboxError ? error.code : 'http.internal';
    return problem(c, 503, code, 'This could not be done now. Try again; the log has the reason.');
  });
  return app;
}

function webhookRoute({ db, log }: AppServices, forge: Forge): Hono {
  const tooLarge = { error: { code: 'webhook.too-large', message: `A delivery has at most ${MAX_DELIVERY_BYTES} bytes.` } };
  return new Hono().post('/', bodyLimit({ maxSize: MAX_DELIVERY_BYTES, onError: (c) => c.json(tooLarge, 413) }), async (c) => {
    const body = Buffer.from(await c.req.arrayBuffer());
    const result = await receiveDelivery(db, forge, c.req.raw.headers, body);
    if (result.status !== 202) log.warn({ forge: forge.name, ...result }, 'a delivery was refused');
    return c.json(result.body, result.status);
  });
}
