import { html } from 'hono/html';
import { listAddress } from '../addresses.ts';
import type { Page } from '../layout.ts';

/** Why a sign-in came to nothing, and how to begin again. `to`: where somebody wanted to go. */
export function notSignedInPage(why: string, to: string): Page {
  return {
    title: 'Not signed in',
    content: html`<h1>Not signed in</h1>
      <p>${why}</p>
      <p><a class="button" href="${listAddress('/sign-in', { to: to === '/' ? null : to })}">Back to the sign-in</a></p>`,
  };
}
