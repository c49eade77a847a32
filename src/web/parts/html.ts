import type { html } from 'hono/html';

/** A piece of a page. Text that is put into a template is escaped there. */
export type Html = ReturnType<typeof html>;
