import { html } from 'hono/html';
import type { Page } from '../layout.ts';

/** `to`: where somebody wanted to go. `problem`: why it did not work the last time. */
export function signInPage({ to, problem }: { readonly to: string; readonly problem: string | null }): Page {
  const content = html`<form class="sign-in" method="post" action="/sign-in">
    <h1>Sign in</h1>
    ${problem === null ? '' : html`<p class="callout failed" role="alert">${problem}</p>`}
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
  return { title: 'Sign in', content };
}
