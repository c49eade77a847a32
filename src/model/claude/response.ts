import type Anthropic from '@anthropic-ai/sdk';
import { cleanJson, cleanText } from '../../domain/clean-text.ts';
import type { AssistantPart, ModelTurn } from '../model.ts';
import type { PriceChoice } from './prices.ts';

export function toTurn(answer: Anthropic.Message, price: PriceChoice): ModelTurn {
  const tokens = {
    inputTokens: answer.usage.input_tokens,
    outputTokens: answer.usage.output_tokens,
    cacheReadTokens: answer.usage.cache_read_input_tokens ?? 0,
    cacheWriteTokens: answer.usage.cache_creation_input_tokens ?? 0,
  };
  return {
    message: { role: 'assistant', content: answer.content.map(toPart) },
    stop: toStop(answer.stop_reason),
    usage: { ...tokens, costUsd: price.costUsd(tokens) },
  };
}

function toPart(block: Anthropic.ContentBlock): AssistantPart {
  if (block.type === 'text') return { type: 'text', text: cleanText(block.text) };
  if (block.type === 'tool_use') return { type: 'tool-call', id: block.id, name: block.name, input: cleanJson(block.input) };
  return { type: 'opaque', provider: 'claude', value: JSON.parse(JSON.stringify(block)) };
}

/**
 * `pause_turn` (the service interrupts a long answer and wants it back) and a full context window are both answers
 * that stopped short: `max-tokens` makes the caller ask for the rest.
 */
function toStop(reason: Anthropic.StopReason | null): ModelTurn['stop'] {
  switch (reason) {
    case 'tool_use':
      return 'tool-calls';
    case 'refusal':
      return 'refusal';
    case 'max_tokens':
    case 'pause_turn':
    case 'model_context_window_exceeded':
      return 'max-tokens';
    default:
      return 'end';
  }
}
