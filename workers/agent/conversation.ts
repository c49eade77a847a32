import type { AssistantPart, Message, UserPart } from '../../src/model/model.ts';
import { type ToolResultStep, type TranscriptStep, type TurnStep, isTurn } from './transcript.ts';

export type ToolCall = AssistantPart & { readonly type: 'tool-call' };

/** The conversation as the model gets it: what stands between two answers is one message, results first. */
export function conversationOf(steps: readonly TranscriptStep[]): Message[] {
  const messages: Message[] = [];
  let said: TranscriptStep[] = [];
  for (const step of [...steps, null]) {
    if (step !== null && step.kind !== 'turn' && step.kind !== 'opening') {
      said.push(step);
      continue;
    }
    if (said.length > 0) messages.push({ role: 'user', content: partsOf(said) });
    said = [];
    if (step?.kind === 'opening') messages.push(...step.messages);
    if (step?.kind === 'turn') messages.push(step.message);
  }
  return messages;
}

function partsOf(said: readonly TranscriptStep[]): UserPart[] {
  const results = said.filter((step) => step.kind === 'tool-result');
  const notes = said.filter((step) => step.kind === 'note');
  return [
    ...results.map(({ callId, text, isError }) => ({ type: 'tool-result', callId, text, isError }) as const),
    ...notes.map(({ text }) => ({ type: 'text', text }) as const),
  ];
}

/** Whose move it is. */
export type Situation =
  | { readonly kind: 'model' }
  /** The model asked for something that has no result yet. */
  | { readonly kind: 'calls'; readonly turn: TurnStep; readonly open: readonly ToolCall[] }
  /** The model stopped without asking for anything. */
  | { readonly kind: 'ended'; readonly turn: TurnStep };

export function situationOf(steps: readonly TranscriptStep[]): Situation {
  const index = steps.findLastIndex(isTurn);
  const turn = steps[index];
  if (turn?.kind !== 'turn') return { kind: 'model' };
  const since = steps.slice(index + 1);
  const answered = new Set(since.filter((step) => step.kind === 'tool-result').map(({ callId }) => callId));
  const calls = callsOf(turn);
  const open = calls.filter((call) => !answered.has(call.id));
  if (open.length > 0) return { kind: 'calls', turn, open };
  if (calls.length > 0 || since.some((step) => step.kind === 'note')) return { kind: 'model' };
  return { kind: 'ended', turn };
}

export function callsOf(turn: TurnStep): ToolCall[] {
  return turn.message.content.filter((part) => part.type === 'tool-call');
}

/** Each tool call with its result, oldest first. */
export function exchangesOf(steps: readonly TranscriptStep[]): { call: ToolCall; result: ToolResultStep }[] {
  const calls = new Map(steps.filter(isTurn).flatMap((turn) => callsOf(turn).map((call) => [call.id, call] as const)));
  return steps.flatMap((step) => {
    const call = step.kind === 'tool-result' ? calls.get(step.callId) : undefined;
    return call && step.kind === 'tool-result' ? [{ call, result: step }] : [];
  });
}
