import { SpanKind } from '@opentelemetry/api';
import type { Model } from '../model/model.ts';
import type { Tracing } from './tracing.ts';

/**
 * The model, each call of which is a span with what it cost, and nothing of what was said.
 * https://opentelemetry.io/docs/specs/semconv/gen-ai/gen-ai-spans/
 */
export function tracedModel(model: Model, tracing: Tracing): Model {
  const { name } = model;
  return {
    name,
    check: () => model.check(),
    step(request, signal) {
      const attributes = { 'gen_ai.operation.name': 'chat', 'gen_ai.request.model': name };
      return tracing.span(`chat ${name}`, { kind: SpanKind.CLIENT, attributes }, async (span) => {
        const turn = await model.step(request, signal);
        span.setAttributes({
          'gen_ai.usage.input_tokens': turn.usage.inputTokens + turn.usage.cacheReadTokens + turn.usage.cacheWriteTokens,
          'gen_ai.usage.output_tokens': turn.usage.outputTokens,
          'gen_ai.response.finish_reasons': [turn.stop],
        });
        return turn;
      });
    },
  };
}
