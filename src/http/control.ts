import { Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { every } from 'hono/combine';
import { agentRoutes } from './agents.ts';
import { requireToken } from './auth.ts';
import { haltRoutes } from './halt.ts';
import { problem } from './problem.ts';
import { queueRoutes } from './queue.ts';
import type { ControlServices } from './services.ts';

const MAX_BODY_BYTES = 16_384;

/** What an operator can look at and stop, for whoever has the token. */
export function controlRoutes(services: ControlServices): Hono {
  const tooLarge = bodyLimit({
    maxSize: MAX_BODY_BYTES,
    onError: (c) => problem(c, 413, 'http.too-large', `A request has at most ${MAX_BODY_BYTES} bytes.`),
  });
  const guard = every(requireToken(services.apiToken), tooLarge);
  return new Hono()
    .route('/agents', agentRoutes(services, guard))
    .route('/queue', queueRoutes(services, guard))
    .route('/', haltRoutes(services, guard));
}
