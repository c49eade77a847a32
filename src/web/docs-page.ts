import { html } from 'hono/html';
import { z } from 'zod';
import { pageResponse } from './answer.ts';
import { publicPage } from './layout.ts';

/** As much of an OpenAPI document as the page shows. */
const Operation = z.looseObject({
  summary: z.string().default(''),
  tags: z.array(z.string()).default([]),
  'x-role': z.string().optional(),
  parameters: z
    .array(z.looseObject({ name: z.string(), in: z.string(), required: z.boolean().default(false), schema: z.unknown() }))
    .default([]),
  requestBody: z.looseObject({ content: z.record(z.string(), z.looseObject({ schema: z.unknown() })) }).optional(),
  responses: z.record(z.string(), z.looseObject({ description: z.string().default('') })),
});
const Document = z.looseObject({
  info: z.looseObject({ title: z.string(), description: z.string().default('') }),
  paths: z.record(z.string(), z.record(z.string(), Operation)),
  components: z.looseObject({ schemas: z.record(z.string(), z.unknown()).default({}) }),
});
type Operation = z.infer<typeof Operation>;

/** The API for people: made here, and from nothing that a browser would have to fetch elsewhere. */
export async function docsPage(document: unknown): Promise<Response> {
  const { info, paths, components } = Document.parse(document);
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ name: `${method.toUpperCase()} ${path}`, operation })),
  );
  const groups = Map.groupBy(operations, ({ operation }) => operation.tags[0] ?? 'Others');
  const title = `${info.title}: HTTP API`;
  const content = html`<h1>${title}</h1>
    <p>${info.description}</p>
    <p><a href="/openapi.json">openapi.json</a></p>
    ${[...groups].map(
      ([group, members]) =>
        html`<h2 class="group">${group}</h2>
          ${members.map(({ name, operation }) => shown(name, operation))}`,
    )}
    <h2>Schemas</h2>
    ${Object.entries(components.schemas).map(([name, schema]) => folded(name, schema))}`;
  return pageResponse(await publicPage({ title, content }));
}

function shown(name: string, operation: Operation) {
  const body = Object.values(operation.requestBody?.content ?? {})[0]?.schema;
  return html`<details class="operation">
    <summary><code>${name}</code> ${operation.summary}${operation['x-role'] ? ` (${operation['x-role']})` : ''}</summary>
    ${operation.parameters.map(
      ({ name: parameter, in: place, required, schema }) =>
        html`<p>
          <code>${parameter}</code> in the ${place}${required ? '' : ', may be left out'}: <code>${JSON.stringify(schema)}</code>
        </p>`,
    )}
    ${body === undefined ? '' : folded('Body', body)}
    <ul>
      ${Object.entries(operation.responses).map(([status, { description }]) => html`<li>${status}: ${description}</li>`)}
    </ul>
  </details>`;
}

function folded(title: string, value: unknown) {
  return html`<details>
    <summary>${title}</summary>
    <pre>${JSON.stringify(value, null, 2)}</pre>
  </details>`;
}
