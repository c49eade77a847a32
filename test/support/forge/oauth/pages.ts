import { Hono } from 'hono';
import { html } from 'hono/html';
import type { ForgeHub } from '../server/hub.ts';
import type { Caller, ForgeEnv } from '../server/traffic.ts';

/** What somebody is sent with, to say yes or no. */
export interface Wish {
  clientId: string;
  redirectUri: string;
  responseType: string;
  state: string;
  challenge: string;
  challengeMethod: string;
}

/** What a program asks for a token with. */
export interface Exchange {
  grantType: string;
  clientId: string;
  clientSecret: string;
  code: string;
  redirectUri: string;
  verifier: string;
}

/** How a forge refuses, and what it grants. */
export interface OauthDialect {
  /** Before anybody is asked; null: nothing is wrong. */
  refuseWish(wish: Wish): Response | null;
  /** What stands in the address back for a no, beside the state. */
  denied: Record<string, string>;
  answerExchange(exchange: Exchange): Response;
}

/**
 * `/login/oauth/…`. The forge's own sign-in is left out: whoever looks at the page says who they are. What the real one shows
 * to somebody who agreed before is shown each time.
 */
export function oauthPages<A extends Caller>(hub: ForgeHub, dialect: OauthDialect): Hono<ForgeEnv<A>> {
  const routes = new Hono<ForgeEnv<A>>();
  routes.get('/authorize', async (c) => {
    const wish = wishIn(c.req.query());
    return dialect.refuseWish(wish) ?? c.html(await consentPage(c.req.url, wish));
  });
  routes.post('/authorize', async (c) => {
    const wish = wishIn(c.req.query());
    const refused = dialect.refuseWish(wish);
    if (refused) return refused;
    const { login, answer } = textsIn(await c.req.parseBody());
    if (answer !== 'yes') return c.redirect(backTo(wish, dialect.denied), 302);
    const account = hub.account(login ?? '');
    return c.redirect(backTo(wish, { code: hub.oauth.issue({ ...wish, account }) }), 302);
  });
  routes.post('/access_token', async (c) => {
    const sent = textsIn(await c.req.parseBody());
    return dialect.answerExchange({
      grantType: sent['grant_type'] ?? '',
      clientId: sent['client_id'] ?? '',
      clientSecret: sent['client_secret'] ?? '',
      code: sent['code'] ?? '',
      redirectUri: sent['redirect_uri'] ?? '',
      verifier: sent['code_verifier'] ?? '',
    });
  });
  return routes;
}

/** With what the forge has to say. */
export function backTo({ redirectUri, state }: Pick<Wish, 'redirectUri' | 'state'>, more: Record<string, string>): string {
  const url = new URL(redirectUri);
  for (const [name, value] of Object.entries({ ...more, state })) url.searchParams.set(name, value);
  return url.href;
}

function consentPage(address: string, { redirectUri }: Wish) {
  const url = new URL(address);
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <title>Authorize</title>
        <link rel="icon" href="data:," />
      </head>
      <body>
        <h1>Authorize Signalbox</h1>
        <p>It will lead you back to ${redirectUri}</p>
        <form method="post" action="${url.pathname + url.search}">
          <label>Login <input name="login" /></label>
          <button name="answer" value="yes">Authorize</button>
          <button name="answer" value="no">Cancel</button>
        </form>
      </body>
    </html>`;
}

function wishIn(query: Record<string, string>): Wish {
  return {
    clientId: query['client_id'] ?? '',
    redirectUri: query['redirect_uri'] ?? '',
    responseType: query['response_type'] ?? '',
    state: query['state'] ?? '',
    challenge: query['code_challenge'] ?? '',
    challengeMethod: query['code_challenge_method'] ?? '',
  };
}

function textsIn(body: Record<string, unknown>): Record<string, string> {
  return Object.fromEntries(Object.entries(body).filter((entry): entry is [string, string] => typeof entry[1] === 'string'));
}
