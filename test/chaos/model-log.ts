import { createHash } from 'node:crypto';
import type { Message } from '../../src/model/model.ts';
import { startScriptedModel, type ScriptedModel } from '../support/model/scripted-model.ts';
import { actFor } from './actor.ts';
import type { Facts } from './facts.ts';
import type { Story } from './stories.ts';

export interface Asked {
  /** The same for every request of one agent. */
  readonly conversation: string;
  /** Which answer was asked for. */
  readonly turn: number;
  readonly at: number;
  /** The whole answer was sent. */
  readonly answered: boolean;
}

/** The scripted model, with a clock beside every request. */
export interface LoggedModel {
  readonly model: ScriptedModel;
  asked(): Asked[];
}

export async function startLoggedModel(stories: readonly Story[], beats: string | null, apiKey: string): Promise<LoggedModel> {
  const act = actFor(stories, beats);
  const arrivals: number[] = [];
  const model = await startScriptedModel({
    apiKey,
    script: (request) => {
      arrivals.push(Date.now());
      return act(request);
    },
  });
  return {
    model,
    asked() {
      const read = model.requests.filter(({ body }) => body !== null);
      return read.map(({ conversation, turn, status, outcome }, index) => ({
        conversation: conversation ?? '',
        turn: turn ?? 0,
        at: arrivals[index] ?? 0,
        answered: status === 200 && outcome === 'answered',
      }));
    },
  };
}

/** Which agent a conversation is of, known by what the agent was told first. */
export function conversations({ steps }: Facts): Map<string, string> {
  const openings = steps
    .filter(({ seq }) => seq === 0)
    .map(({ agent_id, body }) => ({ agent_id, step: JSON.parse(body) as { messages?: Message[] } }));
  return new Map(openings.map(({ agent_id, step }) => [hashOf(step.messages?.[0]), agent_id]));
}

function hashOf(message: Message | undefined): string {
  const content = message?.content ?? [];
  const text = typeof content === 'string' ? content : content.map((part) => ('text' in part ? part.text : '')).join('\n');
  return createHash('sha256').update(text).digest('hex').slice(0, 12);
}

/** When each answer of the model was saved, by agent. */
export function savedTurns({ steps }: Facts): Map<string, Date[]> {
  const saved = new Map<string, Date[]>();
  for (const { agent_id, body, at } of steps) {
    if ((JSON.parse(body) as { kind: string }).kind === 'turn') saved.set(agent_id, [...(saved.get(agent_id) ?? []), at]);
  }
  return saved;
}
