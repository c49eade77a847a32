import {
  isSpanContextValid,
  ProxyTracerProvider,
  ROOT_CONTEXT,
  SpanStatusCode,
  trace,
  type Attributes,
  type Context,
  type Span,
  type SpanKind,
  type Tracer,
  type TracerProvider,
} from '@opentelemetry/api';
import { AsyncLocalStorage } from 'node:async_hooks';
import type { Origin } from '../domain/origin.ts';
import { SignalboxError } from '../errors.ts';
import { readTraceParent, writeTraceParent } from './traceparent.ts';

/** Attributes hold ids, names of ours, states and numbers: never a secret, and never what a person, a model or a tool wrote. */
export interface SpanWish {
  readonly attributes?: Attributes;
  readonly kind?: SpanKind;
  /** The span that it continues, as an `Origin` has it; null begins a trace. Left out: the span that is under way here. */
  readonly parent?: string | null | undefined;
}

/**
 * Says what takes how long, as OpenTelemetry spans. The span that is under way is known to whatever it does, without being
 * handed on; between processes it travels in an `Origin`. Without a provider all of it is the API's no-op.
 */
export class Tracing {
  readonly #tracer: Tracer;
  readonly #here = new AsyncLocalStorage<Context>();

  constructor(provider: TracerProvider = new ProxyTracerProvider()) {
    this.#tracer = provider.getTracer('signalbox');
  }

  /** Does `work` in a span, which ends with it. What it throws marks the span as failed, and is thrown on. */
  async span<T>(name: string, { parent, ...options }: SpanWish, work: (span: Span) => Promise<T>): Promise<T> {
    const context = this.#contextOf(parent);
    const span = this.#tracer.startSpan(name, options, context);
    try {
      return await this.#here.run(trace.setSpan(context, span), () => work(span));
    } catch (error) {
      markFailed(span, error);
      throw error;
    } finally {
      span.end();
    }
  }

  /** A span that whoever begins it ends. What happens meanwhile is not below it. */
  begin(name: string, { parent, ...options }: SpanWish = {}): Span {
    return this.#tracer.startSpan(name, options, this.#contextOf(parent));
  }

  /** A span that is over by now. */
  past(name: string, { parent, ...options }: SpanWish, since: Date): void {
    this.#tracer.startSpan(name, { ...options, startTime: since }, this.#contextOf(parent)).end();
  }

  /** What comes of this request is traced below the span that is under way here. */
  origin(requestId: string): Origin {
    const here = trace.getSpanContext(this.#contextOf(undefined));
    return { requestId, traceParent: here && isSpanContextValid(here) ? writeTraceParent(here) : null };
  }

  #contextOf(parent: string | null | undefined): Context {
    if (parent === undefined) return this.#here.getStore() ?? ROOT_CONTEXT;
    const continued = readTraceParent(parent);
    return continued ? trace.setSpanContext(ROOT_CONTEXT, continued) : ROOT_CONTEXT;
  }
}

/** By the error's code alone: its message may hold anybody's words. */
export function markFailed(span: Span, error: unknown): void {
  const code = error instanceof SignalboxError ? error.code : error instanceof Error ? error.name : 'unknown';
  span.setStatus({ code: SpanStatusCode.ERROR, message: code });
  span.setAttribute('error.type', code);
}
