import type { MessagesRequest } from './messages-schema.ts';
import type { Choice, ScriptedTurn } from './script.ts';
import { signatureOf } from './signature.ts';

interface Thinking {
  readonly type: 'thinking';
  readonly thinking: string;
  readonly signature: string;
}
interface Text {
  readonly type: 'text';
  readonly text: string;
}
interface ToolUse {
  readonly type: 'tool_use';
  readonly id: string;
  readonly name: string;
  readonly input: unknown;
}

export interface Answer {
  readonly id: string;
  readonly type: 'message';
  readonly role: 'assistant';
  readonly model: string;
  readonly content: readonly (Thinking | Text | ToolUse)[];
  readonly stop_reason: string;
  readonly stop_sequence: null;
  readonly usage: {
    readonly input_tokens: number;
    readonly output_tokens: number;
    readonly cache_read_input_tokens: number;
    readonly cache_creation_input_tokens: number;
  };
}

export function toAnswer(request: MessagesRequest, choice: Choice, turn: ScriptedTurn): Answer {
  const content = [
    ...(turn.thinking === undefined ? [] : [{ type: 'thinking', thinking: turn.thinking, signature: signatureOf(turn.thinking) } as const]),
    ...(turn.text === undefined ? [] : [{ type: 'text', text: turn.text } as const]),
    ...(turn.tools ?? []).map((call, index) => ({
      type: 'tool_use' as const,
      id: `toolu_${choice.conversation}_${choice.index}_${index}`,
      name: call.name,
      input: typeof call.input === 'function' ? (call.input as (request: MessagesRequest) => unknown)(request) : call.input,
    })),
  ];
  return {
    id: `msg_${choice.conversation}_${choice.index}`,
    type: 'message',
    role: 'assistant',
    model: request.model,
    content,
    stop_reason: turn.stop ?? (turn.tools?.length ? 'tool_use' : 'end_turn'),
    stop_sequence: null,
    usage: usageOf(request, content, turn),
  };
}

/** About four characters a token, of which what stood before the newest message was read from the cache. */
function usageOf(request: MessagesRequest, content: unknown, turn: ScriptedTurn): Answer['usage'] {
  const tokens = (value: unknown): number => Math.ceil(JSON.stringify(value ?? '').length / 4);
  const before = tokens([request.system, request.tools]) + tokens(request.messages.slice(0, -1));
  const isFirst = request.messages.length === 1;
  return {
    input_tokens: turn.usage?.input ?? 4,
    output_tokens: turn.usage?.output ?? tokens(content),
    cache_read_input_tokens: turn.usage?.cacheRead ?? (turn.usage || isFirst ? 0 : before),
    cache_creation_input_tokens: turn.usage?.cacheWrite ?? (turn.usage ? 0 : tokens(request.messages.at(-1)) + (isFirst ? before : 0)),
  };
}
