import { html } from 'hono/html';
import type { Page } from '../layout.ts';

/** A page that says one thing, and where to go from there. */
export function messagePage(title: string, words: string): Page {
  return {
    title,
    content: html`<h1>${title}</h1>
      <p>${words}</p>
      <p><a href="/">To the agents</a></p>`,
  };
}
