import { html } from 'hono/html';
import { EVENT_TYPES } from '../domain/event.ts';
import { banners, type Instance } from './parts/banners.ts';
import type { Html } from './parts/html.ts';
import type { Visitor } from './session/visitor.ts';

export interface Page {
  readonly title: string;
  /** The address of the navigation's entry that this page belongs to. */
  readonly under?: string;
  /** The query of the event stream that says when to look again; left out for a page that does not change. */
  readonly live?: string;
  /** What came of what was asked for last. */
  readonly notice?: string | null;
  /** The address at which the browser is to look at once. */
  readonly again?: string;
  readonly content: Html;
}

const NAVIGATION = [
  ['/', 'Agents'],
  ['/queue', 'Queue'],
  ['/history', 'History'],
  ['/repositories', 'Repositories'],
  ['/figures', 'Figures'],
  ['/audit-log', 'Audit log'],
] as const;

/** The frame of a page for who has signed in. */
export async function signedInPage(page: Page, visitor: Visitor, instance: Instance): Promise<string> {
  return document(
    page,
    html`<nav aria-label="Pages">
        ${NAVIGATION.map(
          ([address, name]) => html`<a href="${address}" ${address === page.under ? html`aria-current="page"` : ''}>${name}</a>`,
        )}
      </nav>
      <div class="who">
        ${page.live === undefined ? '' : liveState(page.live)} ${whoIs(visitor)}
        <form method="post" action="/sign-out">
          <input type="hidden" name="key" value="${visitor.formKey}" />
          <button class="quiet">Sign out</button>
        </form>
      </div>`,
    banners(instance, visitor),
  );
}

function whoIs({ person, role, forge }: Visitor): Html {
  return role === null
    ? html`<span title="signed in at ${forge}, with a role in each repository">${person.login} <small>on ${forge}</small></span>`
    : html`<span title="signed in with the role ${role}">${person.login} <small>${role}</small></span>`;
}

/** The frame of a page for everybody who has its address. */
export async function publicPage(page: Page): Promise<string> {
  return document(page, '', '');
}

/** Without the script these words stay, and are true. */
function liveState(query: string): Html {
  return html`<span id="live" role="status" data-live="${query}" data-types="${EVENT_TYPES.join(' ')}"
    >does not refresh itself: <a href="">reload</a></span
  >`;
}

async function document({ title, content, notice, again }: Page, bar: Html | string, above: Html | string): Promise<string> {
  const text = await html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="robots" content="noindex" />
        <meta name="color-scheme" content="light dark" />
        ${again === undefined ? '' : html`<meta http-equiv="refresh" content="0; url=${again}" />`}
        <title>${title} · Signalbox</title>
        <link rel="icon" href="/assets/icon.svg" type="image/svg+xml" />
        <link rel="stylesheet" href="/assets/style.css" />
        <script src="/assets/live.js" type="module"></script>
        <script src="/assets/dialog.js" type="module"></script>
      </head>
      <body>
        <a class="skip" href="#main">Skip to the content</a>
        <header class="bar"><a class="brand" href="/">Signalbox</a>${bar}</header>
        ${notice ? html`<p class="notice" role="status">${notice}</p>` : ''}
        <main id="main" tabindex="-1">${above}${content}</main>
      </body>
    </html>`;
  return text.toString();
}
