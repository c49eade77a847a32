import { html } from 'hono/html';
import type { Html } from './html.ts';

/** Words in which backticks mark code, as comments on the forge have them. */
export function withCode(text: string): Html {
  return html`${text.split(/`([^`\n]+)`/).map((part, at) => (at % 2 === 0 ? part : html`<code>${part}</code>`))}`;
}
