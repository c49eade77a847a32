import { html } from 'hono/html';
import { forgeSignInAddress, listAddress } from '../addresses.ts';
import type { Page } from '../layout.ts';
import type { Html } from '../parts/html.ts';

export interface SignInWish {
  /** Where somebody wanted to go. */
  readonly to: string;
  /** Why it did not work the last time. */
  readonly problem: string | null;
  /** The forges that say who somebody is. */
  readonly places: readonly { readonly name: string; readonly title: string }[];
  /** Whether tokens are taken from where they are. */
  readonly byToken: boolean;
}

export function signInPage({ to, problem, places, byToken }: SignInWish): Page {
  const content = html`<div class="sign-in">
    <h1>Sign in</h1>
    ${problem === null ? '' : html`<p class="callout failed" role="alert">${problem}</p>`} ${places.length === 0 ? '' : byForge(places, to)}
    ${byToken ? tokenForm(to) : ''}
  </div>`;
  return { title: 'Sign in', content };
}

function byForge(places: SignInWish['places'], to: string): Html {
  return html`<p class="forges">
      ${places.map(({ name, title }) => html`<a class="button" href="${listAddress(forgeSignInAddress(name), { to: to === '/' ? null : to })}">Sign in with ${title}</a>`)}
    </p>
    <p class="note">You see and do here what you may see and do in each repository there.</p>`;
}

function tokenForm(to: string): Html {
  return html`<form method="post" action="/sign-in">
    <label
      >Your name <small>(optional; noted in the audit log, not checked)</small>
      <input name="name" maxlength="60" autocomplete="username" />
    </label>
    <label
      >Token
      <input name="token" type="password" required autocomplete="current-password" spellcheck="false" />
    </label>
    <input type="hidden" name="to" value="${to}" />
    <button class="primary">Sign in</button>
    <p class="note">
      It is the token of the HTTP API: <code>API_TOKEN</code> where it is set, what is in <code>DATA_DIR/api-token</code> otherwise, or one
      that <code>signalbox token create</code> made. A viewer’s token looks, an operator’s starts and stops, an admin’s halts as well.
    </p>
  </form>`;
}
