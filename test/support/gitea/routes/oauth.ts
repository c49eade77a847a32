import { oauthPages, backTo, type Exchange } from '../../forge/oauth/pages.ts';
import type { Access } from '../server/access.ts';
import type { Hub } from '../server/hub.ts';

/** How Gitea and Forgejo sign people in: routers/web/auth/oauth2_provider.go of Gitea's sources. */
export function oauthRoutes(hub: Hub) {
  const { oauth } = hub;
  return oauthPages<Access>(hub, {
    denied: { error: 'access_denied', error_description: 'the request is denied' },
    refuseWish(wish) {
      const { clientId, redirectUri, responseType, challengeMethod } = wish;
      if (clientId !== oauth.clientId) return page('Client ID not registered');
      if (!oauth.callbacks.includes(redirectUri)) return page('Unregistered Redirect URI');
      if (responseType !== 'code') return leading(backTo(wish, { error: 'unsupported_response_type' }));
      // A confidential application may do without, and this one does not.
      return challengeMethod === 'S256' ? null : leading(backTo(wish, { error: 'invalid_request' }));
    },
    answerExchange(exchange) {
      const refused = refusalOf(exchange, oauth);
      if (refused) return Response.json(refused, { status: 400 });
      const account = oauth.redeem(exchange);
      if (!account) return Response.json({ error: 'unauthorized_client', error_description: 'client is not authorized' }, { status: 400 });
      return Response.json({
        access_token: hub.tokens.create(account, ['read:user']),
        token_type: 'bearer',
        expires_in: 3600,
        refresh_token: 'not-kept-here',
      });
    },
  });
}

function refusalOf({ grantType, clientId, clientSecret, redirectUri }: Exchange, oauth: Hub['oauth']) {
  if (grantType !== 'authorization_code') {
    const words = 'Only refresh_token or authorization_code grant type is supported';
    return { error: 'unsupported_grant_type', error_description: words };
  }
  if (clientId !== oauth.clientId)
    return { error: 'invalid_client', error_description: `cannot load client with client id: '${clientId}'` };
  if (clientSecret !== oauth.clientSecret) return { error: 'unauthorized_client', error_description: 'invalid client secret' };
  return oauth.callbacks.includes(redirectUri) ? null : { error: 'unauthorized_client', error_description: 'unexpected redirect URI' };
}

function page(words: string): Response {
  return new Response(words, { status: 400 });
}

function leading(location: string): Response {
  return new Response(null, { status: 303, headers: { location } });
}
