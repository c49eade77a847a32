import { createHash } from 'node:crypto';
import { type Block, type MessagesRequest, blocksOf } from './messages-schema.ts';

/** One answer of the scripted model. */
export interface ScriptedTurn {
  readonly thinking?: string;
  readonly text?: string;
  readonly tools?: readonly ScriptedCall[];
  /** `tool_use` when there are tools, otherwise `end_turn`. */
  readonly stop?: 'end_turn' | 'tool_use' | 'max_tokens' | 'refusal' | 'pause_turn' | 'model_context_window_exceeded';
  readonly usage?: { readonly input?: number; readonly output?: number; readonly cacheRead?: number; readonly cacheWrite?: number };
  /** Before the first byte. */
  readonly delayMs?: number;
  /** Between two pieces of the stream. */
  readonly pieceDelayMs?: number;
  readonly fail?: ScriptedFault | 'cut-stream' | 'hang';
}

export interface ScriptedCall {
  readonly name: string;
  /** The input itself, or what makes it from the request. */
  readonly input: unknown;
}

/** `times`: how many requests for this turn meet the fault before it is answered; every one when left out. */
export type ScriptedFault = { readonly times?: number } & (
  | { readonly status: number; readonly type: string; readonly message?: string; readonly headers?: Readonly<Record<string, string>> }
  /** `error`: an error event in the middle of the stream. */
  | { readonly stream: 'cut' | 'hang' | 'error' }
);

/** A conversation is known by what its first user message contains; `when` left out fits all. */
export interface ScriptedConversation {
  readonly when?: string | RegExp;
  readonly turns: readonly ScriptedTurn[];
}

export type Script = readonly ScriptedTurn[] | readonly ScriptedConversation[] | ((request: MessagesRequest) => ScriptedTurn | null);

export interface Choice {
  /** The same for every request of one conversation. */
  readonly conversation: string;
  /** How many answers the conversation already holds. */
  readonly index: number;
  /** null: the script has nothing to say here. */
  readonly turn: ScriptedTurn | null;
}

/** Depends on the request alone, so a repeated or resumed request meets the same turn. */
export function choose(script: Script, request: MessagesRequest): Choice {
  const opening = textOf(request, 0);
  const index = request.messages.filter((message) => message.role === 'assistant').length;
  const conversation = createHash('sha256').update(opening).digest('hex').slice(0, 12);
  if (typeof script === 'function') return { conversation, index, turn: script(request) };
  const turns = script.some((entry) => 'turns' in entry)
    ? (script as readonly ScriptedConversation[]).find((entry) => fits(entry.when, opening))?.turns
    : (script as readonly ScriptedTurn[]);
  return { conversation, index, turn: turns?.[index] ?? null };
}

/** The text of one message, tool results included. */
export function textOf(request: MessagesRequest, index: number): string {
  const message = request.messages.at(index);
  if (!message) return '';
  return blocksOf(message).map(wordsIn).join('\n');
}

function wordsIn(block: Block): string {
  if (block.type === 'text') return block.text;
  if (block.type !== 'tool_result') return '';
  const { content = '' } = block;
  return typeof content === 'string' ? content : content.map(({ text }) => text).join('\n');
}

function fits(when: string | RegExp | undefined, opening: string): boolean {
  if (when === undefined) return true;
  return typeof when === 'string' ? opening.includes(when) : when.test(opening);
}
