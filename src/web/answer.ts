import type { ContentfulStatusCode } from 'hono/utils/http-status';

/** Nothing from elsewhere, nothing in the page itself: whatever somebody smuggles into a text cannot run. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** A page as a response. It is kept nowhere: the next look may be somebody else’s. */
export function pageResponse(text: string, status: ContentfulStatusCode = 200): Response {
  return new Response(text, {
    status,
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': POLICY,
      'cache-control': 'no-store',
      // With `no-referrer` a browser would not say where our own forms come from.
      'referrer-policy': 'same-origin',
      'x-content-type-options': 'nosniff',
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
    },
  });
}
