import { oauthPages, backTo, type Exchange } from '../../forge/oauth/pages.ts';
import type { Access } from '../server/access.ts';
import type { Hub } from '../server/hub.ts';

/** https://docs.github.com/en/apps/oauth-apps/maintaining-oauth-apps/troubleshooting-authorization-request-errors */
const DENIED = { error: 'access_denied', error_description: 'The user has denied your application access.' };
const MISMATCH = 'The redirect_uri MUST match the registered callback URL for this application.';

/** How GitHub signs people in at a GitHub App: without scopes, and every refusal of an exchange is a 200. */
export function oauthRoutes(hub: Hub) {
  const { oauth } = hub;
  return oauthPages<Access>(hub, {
    denied: DENIED,
    refuseWish(wish) {
      const { clientId, redirectUri, challengeMethod } = wish;
      if (clientId !== oauth.clientId) return new Response('Not Found', { status: 404 });
      const [registered] = oauth.callbacks;
      if (registered === undefined) return new Response('This application has no callback URL', { status: 404 });
      if (!oauth.callbacks.includes(redirectUri))
        return leading(backTo({ ...wish, redirectUri: registered }, { error: 'redirect_uri_mismatch', error_description: MISMATCH }));
      return challengeMethod === 'S256' ? null : leading(backTo(wish, { error: 'invalid_request' }));
    },
    answerExchange(exchange) {
      const refused = refusalOf(exchange, oauth);
      if (refused) return Response.json(refused);
      const account = oauth.redeem(exchange);
      if (!account) return Response.json({ error: 'bad_verification_code', error_description: 'The code passed is incorrect or expired.' });
      return Response.json({ access_token: hub.tokens.forSignIn({ kind: 'person', user: account }), token_type: 'bearer', scope: '' });
    },
  });
}

function refusalOf({ clientId, clientSecret, redirectUri }: Exchange, oauth: Hub['oauth']) {
  if (clientId !== oauth.clientId || clientSecret !== oauth.clientSecret) {
    const words = 'The client_id and/or client_secret passed are incorrect.';
    return { error: 'incorrect_client_credentials', error_description: words };
  }
  return oauth.callbacks.includes(redirectUri) ? null : { error: 'redirect_uri_mismatch', error_description: MISMATCH };
}

function leading(location: string): Response {
  return new Response(null, { status: 302, headers: { location } });
}
