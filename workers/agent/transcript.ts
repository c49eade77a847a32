import { NO_USAGE, type Usage, addUsage } from '../../src/domain/agent.ts';
import type { Message, ModelTurn } from '../../src/model/model.ts';

/**
 * Everything that happened between an agent and its model, as plain data: it goes to JSON and back unchanged. `at` is
 * when the thing began, in milliseconds since the epoch.
 */
export type TranscriptStep = OpeningStep | TurnStep | ToolResultStep | NoteStep;

/** What the agent was told first. Always step 0, and only there. */
export interface OpeningStep {
  readonly kind: 'opening';
  readonly at: number;
  readonly system: string;
  readonly messages: readonly Message[];
}

/** One answer of the model, which was paid for. */
export interface TurnStep extends ModelTurn {
  readonly kind: 'turn';
  readonly at: number;
  readonly durationMs: number;
}

export interface ToolResultStep {
  readonly kind: 'tool-result';
  readonly at: number;
  readonly durationMs: number;
  readonly callId: string;
  readonly tool: string;
  readonly text: string;
  readonly isError: boolean;
  /** A submission that was looked at, and handed back. */
  readonly judged?: boolean;
}

/** A word of Signalbox's own to the model. */
export interface NoteStep {
  readonly kind: 'note';
  readonly at: number;
  readonly reason: 'nudge' | 'cut' | 'budget' | 'stuck' | 'caller';
  readonly text: string;
}

/**
 * Where a transcript is kept. `append` returns once the step is durable. `index` counts from 0 without a gap, so a
 * store can refuse the second of two writers; refusing is an error, which ends the writer's run.
 */
export interface TranscriptStore {
  load(): Promise<readonly TranscriptStep[]>;
  append(step: TranscriptStep, index: number): Promise<void>;
}

export interface Transcript {
  readonly steps: readonly TranscriptStep[];
  append(step: TranscriptStep): Promise<void>;
}

export async function openTranscript(store: TranscriptStore): Promise<Transcript> {
  const steps = [...(await store.load())];
  return {
    steps,
    async append(step) {
      await store.append(step, steps.length);
      steps.push(step);
    },
  };
}

export function usageOf(steps: readonly TranscriptStep[]): Usage {
  return steps.filter(isTurn).reduce((sum, { usage }) => addUsage(sum, { ...usage, turns: 1 }), NO_USAGE);
}

/** When the first model call began; null before it. */
export function firstCallAt(steps: readonly TranscriptStep[]): number | null {
  return steps.find(isTurn)?.at ?? null;
}

export function isTurn(step: TranscriptStep): step is TurnStep {
  return step.kind === 'turn';
}
