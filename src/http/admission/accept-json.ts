import type { MiddlewareHandler } from 'hono';
import { every } from 'hono/combine';
import { bodyLimit } from 'hono/body-limit';
import { problem } from '../problem.ts';

const MAX_BODY_BYTES = 65_536;

const limited = bodyLimit({
  maxSize: MAX_BODY_BYTES,
  onError: (c) => problem(c, 413, 'http.too-large', `A request has at most ${MAX_BODY_BYTES} bytes.`),
});

/** Takes a body as JSON whatever its header says, so that `curl -d` is enough; none counts as `{}`. */
const read: MiddlewareHandler = async (c, next) => {
  const text = (await c.req.raw.text()).trim() || '{}';
  if (!isJson(text)) return problem(c, 400, 'http.not-json', 'The body is not JSON.');
  const headers = new Headers(c.req.raw.headers);
  headers.set('content-type', 'application/json');
  const { method, url, signal } = c.req.raw;
  c.req.raw = new Request(url, { method, headers, body: text, signal });
  return next();
};

export const acceptJson: MiddlewareHandler = every(limited, read);

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
