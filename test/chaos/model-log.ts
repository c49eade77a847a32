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

/** Which agent a conversation is of, known by what the agent was told before the model's first answer, and at each moment before. */
export function conversations({ steps }: Facts): Map<string, string> {
  const known = new Map<string, string>();
  for (const [agent, own] of Map.groupBy(steps, ({ agent_id }) => agent_id)) {
    let told = '';
    for (const { body } of own) {
      const step = JSON.parse(body) as { kind: string; messages?: Message[]; text?: string };
      if (step.kind === 'turn') break;
      told = step.kind === 'opening' ? textIn(step.messages?.[0]) : `${told}\n${step.text ?? ''}`;
      known.set(createHash('sha256').update(told).digest('hex').slice(0, 12), agent);
    }
  }
  return known;
}

function textIn(message: Message | undefined): string {
  return (message?.content ?? []).map((part) => ('text' in part ? part.text : '')).join('\n');
}

/** When each answer of the model was saved, by agent. */
export function savedTurns({ steps }: Facts): Map<string, Date[]> {
  const saved = new Map<string, Date[]>();
  for (const { agent_id, body, at } of steps) {
    if ((JSON.parse(body) as { kind: string }).kind === 'turn') saved.set(agent_id, [...(saved.get(agent_id) ?? []), at]);
  }
  return saved;
}
