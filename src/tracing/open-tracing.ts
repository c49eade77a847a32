import type { SpanExporter } from '@opentelemetry/sdk-trace';
import { hostname } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { messageOf } from '../errors.ts';
import type { Logger } from '../log.ts';
import { Tracing } from './tracing.ts';

export interface TracingSettings {
  /** The collector's address for OTLP over HTTP, without `/v1/traces`. */
  readonly endpoint: string;
  readonly serviceName: string;
  /** With every request, for whoever lets spans in. */
  readonly headers: Readonly<Record<string, string>>;
}

/** Milliseconds for one request with spans, its repetitions included. */
const SEND_MS = 4_000;
/** Milliseconds that the end waits for a collector that does not take the last spans. */
const FAREWELL_MS = 2_000;
/** A span that says more than this says too much. */
const MOST_CHARACTERS = 200;

/**
 * Sends spans to a collector, in the background: one that is away costs the spans alone. Without settings nothing is traced,
 * and nothing of the SDK is loaded. Disposing sends what is left.
 */
export async function openTracing(settings: TracingSettings | null, log: Logger): Promise<{ tracing: Tracing } & AsyncDisposable> {
  if (!settings) return { tracing: new Tracing(), async [Symbol.asyncDispose]() {} };
  const [{ BatchSpanProcessor, TracerProvider }, { OTLPTraceExporter }, { resourceFromAttributes }, names] = await Promise.all([
    import('@opentelemetry/sdk-trace'),
    import('@opentelemetry/exporter-trace-otlp-http'),
    import('@opentelemetry/resources'),
    import('@opentelemetry/semantic-conventions'),
  ]);
  const { endpoint, serviceName, headers } = settings;
  const exporter = new OTLPTraceExporter({
    url: `${endpoint}/v1/traces`,
    headers: { ...headers },
    timeoutMillis: SEND_MS,
    keepAlive: false,
  });
  const provider = new TracerProvider({
    resource: resourceFromAttributes({ [names.ATTR_SERVICE_NAME]: serviceName, 'host.name': hostname(), 'process.pid': process.pid }),
    spanLimits: { attributeValueLengthLimit: MOST_CHARACTERS },
    spanProcessors: [new BatchSpanProcessor({ exporter: tellingOutages(exporter, log), exportTimeoutMillis: SEND_MS })],
  });
  let closed: Promise<void> | undefined;
  return { tracing: new Tracing(provider), [Symbol.asyncDispose]: () => (closed ??= inTime(provider.shutdown())) };
}

/** Says once that spans are lost, and once that they are not any more. */
function tellingOutages(exporter: SpanExporter, log: Logger): SpanExporter {
  let isAway = false;
  return {
    export(spans, done) {
      exporter.export(spans, (result) => {
        const failed = result.error !== undefined;
        if (failed && !isAway)
          log.warn({ reason: messageOf(result.error) }, 'traces cannot be sent to OTEL_EXPORTER_OTLP_ENDPOINT, and are lost');
        if (!failed && isAway) log.info('traces are sent again');
        isAway = failed;
        done(result);
      });
    },
    forceFlush: () => exporter.forceFlush?.() ?? Promise.resolve(),
    shutdown: () => exporter.shutdown(),
  };
}

async function inTime(farewell: Promise<void>): Promise<void> {
  const over = new AbortController();
  await Promise.race([farewell, delay(FAREWELL_MS, undefined, { signal: over.signal })]).catch(() => {});
  over.abort();
}
