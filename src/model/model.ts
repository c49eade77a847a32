/**
 * A language model that takes a conversation with tools one step further.
 *
 * `step` is stateless: the whole conversation goes in, one assistant message comes out. Calls may run at once. It
 * retries what its service calls transient, with the service's own back-off, inside the call. Aborting the signal
 * closes the stream at once and rejects with the signal's reason.
 *
 * Errors: `model.auth`, `model.refused-request` (what was sent is not acceptable; not retryable), `model.context-full`
 * (the conversation no longer fits; not retryable), `model.overloaded`, `model.unreachable`, `model.rate-limited`
 * (retryable, after the adapter's own retries). No message or cause of theirs holds the service's key.
 */
export interface Model {
  /** As in the settings: `claude-opus-4-1`, `gpt-5` … */
  readonly name: string;
  /** Asks the service for something small. The sentence says what is wrong and what to do. */
  check(): Promise<{ ok: boolean; detail: string }>;
  step(request: ModelRequest, signal: AbortSignal): Promise<ModelTurn>;
}

export interface ModelRequest {
  readonly system: string;
  readonly messages: readonly Message[];
  readonly tools: readonly ToolDefinition[];
  /** The most output tokens for this step. */
  readonly maxOutputTokens: number;
  /** Called with pieces of the answer's text as they come. */
  readonly onText?: (text: string) => void;
}

/** `builtin` names a tool that a provider may know natively; every adapter can also send it as a plain function. */
export interface ToolDefinition {
  readonly name: string;
  readonly description: string;
  /** JSON Schema of the input. */
  readonly inputSchema: { readonly type: 'object'; readonly [key: string]: unknown };
  readonly builtin?: 'bash' | 'text-editor';
}

export type Message =
  | { readonly role: 'user'; readonly content: readonly UserPart[] }
  | { readonly role: 'assistant'; readonly content: readonly AssistantPart[] };

export type UserPart =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'tool-result'; readonly callId: string; readonly text: string; readonly isError: boolean };

export type AssistantPart =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'tool-call'; readonly id: string; readonly name: string; readonly input: unknown }
  /** What only the provider understands and wants back unchanged: signed thinking, for example. */
  | { readonly type: 'opaque'; readonly provider: string; readonly value: unknown };

export interface ModelTurn {
  readonly message: Message & { readonly role: 'assistant' };
  /** After `max-tokens` the message may end in the middle of a tool call, whose input is then not to be trusted. */
  readonly stop: 'tool-calls' | 'end' | 'max-tokens' | 'refusal';
  readonly usage: TurnUsage;
}

/** Tokens of one step, not overlapping, and their price in US dollars. */
export interface TurnUsage {
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly cacheReadTokens: number;
  readonly cacheWriteTokens: number;
  readonly costUsd: number;
}
