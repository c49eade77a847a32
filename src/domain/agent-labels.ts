import { AGENT_TYPES, type AgentType } from './task.ts';

export interface AgentLabel {
  readonly name: string;
  /** Six hexadecimal digits. */
  readonly color: string;
  /** At most 100 characters: what GitHub takes. */
  readonly description: string;
}

const MEANINGS: Readonly<Record<AgentType, string>> = {
  worker: 'An agent works on this and opens a pull request',
  reviewer: 'An agent reviews this',
  tester: 'An agent writes tests for this',
};

/** What people put on an issue to have an agent at it. */
export const AGENT_LABELS: readonly AgentLabel[] = AGENT_TYPES.map((type) => ({
  name: `agent:${type}`,
  color: '1f6feb',
  description: `${MEANINGS[type]}. Taking the label off stops it.`,
}));

/** null for a label that means nothing to us. */
export function agentTypeOf(label: string): AgentType | null {
  return AGENT_TYPES.find((type) => label === `agent:${type}`) ?? null;
}
