import type { Answer } from './answer.ts';

export type StreamEvent = { readonly type: string; readonly [key: string]: unknown };

/** The longest number of pieces that one block is sent in. */
const MAX_PIECES = 12;
const PIECE_LENGTH = 24;

/** The order of the real service: the message, each block with its deltas, a ping on the way, the end with the usage. */
export function toEvents(answer: Answer): StreamEvent[] {
  const { stop_reason, stop_sequence, usage } = answer;
  const start = { ...answer, content: [], stop_reason: null, usage: { ...usage, output_tokens: 1 } };
  return [
    { type: 'message_start', message: start },
    { type: 'ping' },
    ...answer.content.flatMap(blockEvents),
    { type: 'message_delta', delta: { stop_reason, stop_sequence }, usage: { output_tokens: usage.output_tokens } },
    { type: 'message_stop' },
  ];
}

function blockEvents(block: Answer['content'][number], index: number): StreamEvent[] {
  const { empty, deltas } = unfold(block);
  return [
    { type: 'content_block_start', index, content_block: empty },
    ...deltas.map((delta) => ({ type: 'content_block_delta', index, delta })),
    { type: 'content_block_stop', index },
  ];
}

function unfold(block: Answer['content'][number]): { empty: object; deltas: StreamEvent[] } {
  switch (block.type) {
    case 'text':
      return { empty: { type: 'text', text: '' }, deltas: pieces(block.text).map((text) => ({ type: 'text_delta', text })) };
    case 'thinking':
      return {
        empty: { type: 'thinking', thinking: '', signature: '' },
        deltas: [
          ...pieces(block.thinking).map((thinking) => ({ type: 'thinking_delta', thinking })),
          { type: 'signature_delta', signature: block.signature },
        ],
      };
    case 'tool_use':
      return {
        empty: { ...block, input: {} },
        deltas: ['', ...pieces(JSON.stringify(block.input))].map((partial_json) => ({ type: 'input_json_delta', partial_json })),
      };
  }
}

/** Between characters, never inside one. */
function pieces(text: string): string[] {
  const characters = Array.from(text);
  const length = Math.max(PIECE_LENGTH, Math.ceil(characters.length / MAX_PIECES));
  const found: string[] = [];
  for (let at = 0; at < characters.length; at += length) found.push(characters.slice(at, at + length).join(''));
  return found;
}
