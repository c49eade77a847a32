import { type Limits, type Usage, totalTokens } from '../../src/domain/agent.ts';
import { type TranscriptStep, firstCallAt, isTurn, usageOf } from './transcript.ts';

export type LimitName = Exclude<keyof Limits, 'gateRounds'>;

export interface Spent {
  readonly usage: Usage;
  /** Since the first model call. */
  readonly seconds: number;
}

/** The share of a limit at which the agent is told to finish. */
const NEARLY = 0.8;
/** The most output that one step may ask for, and the least that is worth asking for. */
const MAX_OUTPUT_TOKENS = 32_000;
const MIN_OUTPUT_TOKENS = 1024;

export function spentBy(steps: readonly TranscriptStep[], now: number): Spent {
  return { usage: usageOf(steps), seconds: Math.max(0, now - (firstCallAt(steps) ?? now)) / 1000 };
}

/** The first limit that is used up, with the numbers in a sentence; null while there is room. */
export function passedLimit(limits: Limits, spent: Spent): { limit: LimitName; message: string } | null {
  const passed = lines(limits, spent).find(({ used, allowed }) => used >= allowed);
  return passed ? { limit: passed.limit, message: `The agent used up its ${passed.words}.` } : null;
}

/** What to tell the agent when the first limit comes near; null while none is. */
export function nearLimit(limits: Limits, spent: Spent): string | null {
  const near = lines(limits, spent).filter(({ used, allowed }) => used >= allowed * NEARLY);
  if (near.length === 0) return null;
  return `You have nearly used up your ${near.map(({ words }) => words).join(', and your ')}. Bring your work to a state that can be merged now, and call submit; say in the summary what is left to do.`;
}

/** Output tokens for the next step: what the token limit leaves after a prompt like the last one. */
export function outputTokensFor(limits: Limits, steps: readonly TranscriptStep[]): number {
  const last = steps.findLast(isTurn)?.usage;
  const prompt = last ? last.inputTokens + last.cacheReadTokens + last.cacheWriteTokens : 0;
  const left = limits.tokens - totalTokens(usageOf(steps)) - prompt;
  return Math.min(MAX_OUTPUT_TOKENS, Math.max(MIN_OUTPUT_TOKENS, left));
}

export function secondsLeft(limits: Limits, spent: Spent): number {
  return Math.max(0, limits.wallSeconds - spent.seconds);
}

function lines(limits: Limits, { usage, seconds }: Spent): { limit: LimitName; used: number; allowed: number; words: string }[] {
  const tokens = totalTokens(usage);
  return [
    { limit: 'turns', used: usage.turns, allowed: limits.turns, words: `model calls: ${usage.turns} of ${limits.turns}` },
    { limit: 'tokens', used: tokens, allowed: limits.tokens, words: `tokens: ${grouped(tokens)} of ${grouped(limits.tokens)}` },
    {
      limit: 'costUsd',
      used: usage.costUsd,
      allowed: limits.costUsd,
      words: `money: $${usage.costUsd.toFixed(2)} of $${limits.costUsd.toFixed(2)}`,
    },
    {
      limit: 'wallSeconds',
      used: seconds,
      allowed: limits.wallSeconds,
      words: `time: ${Math.round(seconds)} of ${limits.wallSeconds} seconds`,
    },
  ];
}

function grouped(count: number): string {
  return count.toLocaleString('en-US');
}
