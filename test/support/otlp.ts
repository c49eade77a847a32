import { serve } from '@hono/node-server';
import { Hono } from 'hono';
import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { z } from 'zod';

const Value = z.looseObject({ stringValue: z.string().optional(), intValue: z.union([z.number(), z.string()]).optional() });
const Attributes = z.array(z.object({ key: z.string(), value: Value })).default([]);
const Span = z.looseObject({
  traceId: z.string().regex(/^[0-9a-f]{32}$/),
  spanId: z.string().regex(/^[0-9a-f]{16}$/),
  parentSpanId: z.string().default(''),
  name: z.string(),
  startTimeUnixNano: z.string().regex(/^\d+$/),
  endTimeUnixNano: z.string().regex(/^\d+$/),
  attributes: Attributes,
  status: z.looseObject({ code: z.number().optional(), message: z.string().optional() }).default({}),
});
/** https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding, as far as spans go. */
const Request = z.object({
  resourceSpans: z.array(
    z.looseObject({ resource: z.looseObject({ attributes: Attributes }), scopeSpans: z.array(z.looseObject({ spans: z.array(Span) })) }),
  ),
});

export type SeenSpan = z.infer<typeof Span>;

/** A collector that takes traces by OTLP over HTTP, as JSON, and keeps what it was sent. */
export interface Collector extends AsyncDisposable {
  readonly url: string;
  readonly spans: readonly SeenSpan[];
  /** All that came, as it came. */
  readonly bodies: readonly string[];
  readonly headers: readonly Headers[];
  /** `refuse`: answers 503 from now on. */
  mode: 'take' | 'refuse';
}

export async function startCollector(): Promise<Collector> {
  const spans: SeenSpan[] = [];
  const bodies: string[] = [];
  const headers: Headers[] = [];
  const app = new Hono().post('/v1/traces', async (c) => {
    if (collector.mode === 'refuse') return c.body(null, 503);
    const body = await c.req.text();
    bodies.push(body);
    headers.push(c.req.raw.headers);
    const { resourceSpans } = Request.parse(JSON.parse(body));
    spans.push(...resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap((scope) => scope.spans)));
    return c.json({});
  });
  const server = serve({ fetch: app.fetch, hostname: '127.0.0.1', port: 0 }) as Server;
  if (!server.listening) await once(server, 'listening');
  const collector: Collector = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    spans,
    bodies,
    headers,
    mode: 'take',
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      const closed = once(server, 'close');
      server.close();
      await closed;
    },
  };
  return collector;
}

export function attributeOf({ attributes }: SeenSpan, key: string): string | undefined {
  const value = attributes.find((attribute) => attribute.key === key)?.value;
  return value?.stringValue ?? value?.intValue?.toString();
}
