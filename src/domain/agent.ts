export const AGENT_STATES = ['spawning', 'running', 'completed', 'failed', 'killed'] as const;
export type AgentState = (typeof AGENT_STATES)[number];

/** The whole state machine of an agent, one attempt at a task. */
export const AGENT_TRANSITIONS: Readonly<Record<AgentState, readonly AgentState[]>> = {
  spawning: ['running', 'failed', 'killed'],
  running: ['completed', 'failed', 'killed'],
  completed: [],
  failed: [],
  killed: [],
};

/** What an agent may use up. Passing one ends it in an orderly way and says which. */
export interface Limits {
  /** Model calls. */
  readonly turns: number;
  /** Input and output tokens together; tokens read from the prompt cache count too. */
  readonly tokens: number;
  /** US dollars, by the model's published price. */
  readonly costUsd: number;
  /** Seconds from the first model call. */
  readonly wallSeconds: number;
  /** How often red gates are handed back to the agent. */
  readonly gateRounds: number;
}

export const NO_USAGE: Usage = { turns: 0, inputTokens: 0, outputTokens: 0, cacheReadTokens: 0, cacheWriteTokens: 0, costUsd: 0 };

/** What an agent has used so far. Token counts do not overlap: `inputTokens` are those neither read from nor written to the cache. */
export interface Usage {
  readonly turns: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly cacheReadTokens: number;
  readonly cacheWriteTokens: number;
  readonly costUsd: number;
}

export function addUsage(a: Usage, b: Usage): Usage {
  return {
    turns: a.turns + b.turns,
    inputTokens: a.inputTokens + b.inputTokens,
    outputTokens: a.outputTokens + b.outputTokens,
    cacheReadTokens: a.cacheReadTokens + b.cacheReadTokens,
    cacheWriteTokens: a.cacheWriteTokens + b.cacheWriteTokens,
    costUsd: a.costUsd + b.costUsd,
  };
}

export function totalTokens(usage: Usage): number {
  return usage.inputTokens + usage.outputTokens + usage.cacheReadTokens + usage.cacheWriteTokens;
}
