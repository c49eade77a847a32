import { html } from 'hono/html';
import { randomUUID } from 'node:crypto';
import type { Page } from '../layout.ts';
import type { Action } from '../actions/action.ts';
import type { PageServices } from '../services.ts';
import type { Visitor } from '../session/visitor.ts';

export const LONGEST_REASON = 500;

const WHY = html`<label
  >Why <small>(optional; for the audit log and the people on the issue)</small>
  <input name="reason" maxlength="${LONGEST_REASON}" autocomplete="off" />
</label>`;

/** Asks whether it is meant. The script shows the same form as a dialog over the page from which somebody came. */
export async function confirmPage<Target>(
  services: PageServices,
  visitor: Visitor,
  action: Action<Target>,
  place: { readonly target: Target; readonly address: string; readonly back: string },
): Promise<Page> {
  const { title, words, fields } = await action.ask(services, place.target);
  const content = html`<form class="confirm" method="post" action="${place.address}" data-confirm aria-labelledby="question">
    <h1 id="question">${title}</h1>
    ${words} ${fields ?? ''} ${action.asksWhy ? WHY : ''}
    <input type="hidden" name="key" value="${visitor.formKey}" />
    <input type="hidden" name="back" value="${place.back}" />
    <input type="hidden" name="once" value="${randomUUID()}" />
    <p class="actions">
      <button class="${action.danger ? 'danger' : 'primary'}">${action.verb}</button>
      <a class="button" data-cancel href="${place.back}">Leave it</a>
    </p>
  </form>`;
  return { title, content };
}
