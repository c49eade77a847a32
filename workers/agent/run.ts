import type { Limits } from '../../src/domain/agent.ts';
import { cleanText } from '../../src/domain/clean-text.ts';
import type { Message, Model, TurnUsage } from '../../src/model/model.ts';
import type { Sandbox } from '../../src/sandbox/sandbox.ts';
import type { LimitName } from './budget.ts';
import type { ToolCall } from './conversation.ts';
import type { ToolResult } from './tool.ts';
import type { Submission } from './tools/submit.ts';
import type { NoteStep, Transcript } from './transcript.ts';

export interface AgentRun {
  readonly model: Model;
  readonly sandbox: Sandbox;
  readonly transcript: Transcript;
  readonly budget: { readonly limits: Limits; readonly now: () => number };
  /** Used for a new transcript only; one that has begun keeps its own opening. */
  readonly system: string;
  readonly messages: readonly Message[];
  readonly signal: AbortSignal;
  readonly onProgress?: ((progress: AgentProgress) => void) | undefined;
  /**
   * Called after a tool call was carried out and before its result is saved; awaited. So that whoever goes on with the
   * transcript never lacks what it says was done: a call whose result is not in it is told to be interrupted.
   */
  readonly beforeResult?: (() => Promise<void>) | undefined;
  /** Once aborted, the agent is told this once: that it should bring its work to an end. */
  readonly wrapUp?: { readonly signal: AbortSignal; readonly text: string } | undefined;
  /** Once aborted, the run ends before its next step, with nothing lost: the same transcript can go on elsewhere. */
  readonly rest?: AbortSignal | undefined;
}

export type AgentStop =
  /** The call waits for `answerSubmit`; until then, running again gives the same stop and asks nobody. */
  | ({ readonly kind: 'submitted'; readonly callId: string } & Submission)
  | { readonly kind: 'out-of-budget'; readonly limit: LimitName | 'context'; readonly message: string }
  | { readonly kind: 'gave-up' | 'refused' | 'stuck' | 'rested'; readonly message: string };

export type AgentProgress =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'turn'; readonly usage: TurnUsage; readonly durationMs: number }
  | { readonly kind: 'tool-started'; readonly tool: string; readonly about: string }
  | { readonly kind: 'tool-output'; readonly text: string }
  | { readonly kind: 'tool-finished'; readonly tool: string; readonly isError: boolean; readonly durationMs: number }
  | { readonly kind: 'note'; readonly text: string };

/** Says something to the model, and to whoever watches. */
export async function note(run: AgentRun, reason: NoteStep['reason'], text: string): Promise<null> {
  await run.transcript.append({ kind: 'note', at: run.budget.now(), reason, text });
  run.onProgress?.({ kind: 'note', text });
  return null;
}

/** Saves the result of a call. */
export async function record(run: AgentRun, call: ToolCall, at: number, { text, isError }: ToolResult): Promise<void> {
  const durationMs = run.budget.now() - at;
  await run.transcript.append({ kind: 'tool-result', at, durationMs, callId: call.id, tool: call.name, text: cleanText(text), isError });
  run.onProgress?.({ kind: 'tool-finished', tool: call.name, isError, durationMs });
}

export function refused(): AgentStop {
  return { kind: 'refused', message: 'The model declined to work on this.' };
}
