import { html, raw } from 'hono/html';

const STYLE = `
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
body { max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
pre { white-space: pre-wrap; overflow-wrap: anywhere; font: 14px/1.45 ui-monospace, monospace; margin: .25rem 0; }
section, details { border-left: 3px solid #8884; padding: .25rem .75rem; margin: .75rem 0; }
.agent { border-color: #2a7; } .tool { border-color: #28c; } .failed { border-color: #c33; }
h2 { font-size: .9rem; margin: 0; opacity: .7; } .state { opacity: .7; } summary { cursor: pointer; }`;

/** A page of ours, complete: it fetches nothing and runs no script. */
export async function page(status: number, title: string, content: unknown): Promise<Response> {
  const text = await html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="robots" content="noindex" />
        <meta name="referrer" content="no-referrer" />
        <title>${title} · Signalbox</title>
        <style>
          ${raw(STYLE)}
        </style>
      </head>
      <body>
        <h1>${title}</h1>
        ${content}
      </body>
    </html>`;
  return new Response(text.toString(), {
    status,
    headers: { 'content-type': 'text/html; charset=utf-8', 'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'" },
  });
}
