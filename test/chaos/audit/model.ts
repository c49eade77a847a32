import { conversations, savedTurns } from '../model-log.ts';
import type { Evidence } from './evidence.ts';

export function checkModel({ facts, asked }: Evidence): string[] {
  const agents = conversations(facts);
  const saved = savedTurns(facts);
  const problems: string[] = [];
  for (const { conversation, turn, at } of asked) {
    const agent = agents.get(conversation);
    if (agent === undefined) {
      problems.push(`the model was asked in a conversation (${conversation}) that no agent has begun`);
      continue;
    }
    const since = saved.get(agent)?.[turn];
    if (since && since.getTime() < at)
      problems.push(`agent ${agent}: answer ${turn} was asked for ${at - since.getTime()} ms after it was saved`);
  }
  return problems;
}

/** Answers that were given more than once: those whose worker died before they were saved. */
export function lostAnswers({ asked }: Pick<Evidence, 'asked'>): number {
  const answers = asked.filter(({ answered }) => answered).map(({ conversation, turn }) => `${conversation}#${turn}`);
  return answers.length - new Set(answers).size;
}
