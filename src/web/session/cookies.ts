import type { Context } from 'hono';

/** No script reads them, and they travel over TLS where the browser came by it, which a proxy says. */
export function guardedCookie(c: Context) {
  const secure = c.req.url.startsWith('https:') || c.req.header('x-forwarded-proto') === 'https';
  return { path: '/', httpOnly: true, secure } as const;
}
