import type { TurnUsage } from '../model.ts';

/** Reading the cache costs this share of the input price unless the table says otherwise; writing it for 5 minutes, this. */
const CACHE_READ = 0.1;
const CACHE_WRITE = 1.25;

interface Price {
  /** US dollars per million tokens. */
  readonly input: number;
  readonly output: number;
  /** Share of the input price. */
  readonly cacheRead?: number;
  /** The price of a request whose whole prompt, cached or not, is longer than this many tokens. */
  readonly longer?: { readonly than: number; readonly price: Price };
}

/** Source: https://platform.claude.com/docs/en/about-claude/pricing, "Model pricing", as of October 2026. */
const PRICES: Readonly<Record<string, Price>> = {
  'fable-5-1': { input: 10, output: 50, cacheRead: 0.025 },
  'fable-5': { input: 10, output: 50 },
  'mythos-5-1': { input: 10, output: 50, cacheRead: 0.025 },
  'mythos-5': { input: 10, output: 50 },
  'opus-5-5': { input: 4, output: 20, cacheRead: 0.05 },
  'opus-5': { input: 5, output: 25 },
  'opus-4-8': { input: 5, output: 25 },
  'opus-4-7': { input: 5, output: 25 },
  'opus-4-6': { input: 5, output: 25 },
  'opus-4-5': { input: 5, output: 25 },
  'opus-4-1': { input: 15, output: 75 },
  'opus-4': { input: 15, output: 75 },
  'sonnet-5-5': { input: 2, output: 10, cacheRead: 0.05 },
  'sonnet-5': { input: 2, output: 10 },
  'sonnet-4-6': { input: 3, output: 15 },
  'sonnet-4-5': { input: 3, output: 15 },
  'sonnet-4': { input: 3, output: 15 },
  'haiku-5-5': { input: 0.1, output: 0.5, longer: { than: 100_000, price: { input: 0.5, output: 2.5 } } },
  'haiku-4-5': { input: 1, output: 5 },
};

/** An unknown model is taken for the dearest known one, so that a limit in dollars still bites. */
const DEAREST = 'opus-4-1';

export type Tokens = Omit<TurnUsage, 'costUsd'>;

export interface PriceChoice {
  readonly family: string;
  /** A sentence for the operator when the price is a guess. */
  readonly note: string | null;
  costUsd(tokens: Tokens): number;
}

/** Finds a model's price by its name, also as gateways write it: `anthropic/claude-opus-4.1`, `claude-opus-4-20250514`. */
export function priceOf(model: string): PriceChoice {
  const match = /(opus|sonnet|haiku|fable|mythos)-(\d+)(?:[-.](\d{1,2})(?!\d))?/.exec(model.toLowerCase());
  const family = match === null ? '' : [match[1], match[2], match[3]].filter((part) => part !== undefined && part !== '0').join('-');
  const known = PRICES[family];
  const price = known ?? PRICES[DEAREST]!;
  const note = known ? null : `The price of "${model}" is not known; it is counted as ${DEAREST}'s, the dearest one that is.`;
  return { family: known ? family : DEAREST, note, costUsd: (tokens) => cost(price, tokens) };
}

function cost(price: Price, tokens: Tokens): number {
  const prompt = tokens.inputTokens + tokens.cacheReadTokens + tokens.cacheWriteTokens;
  if (price.longer && prompt > price.longer.than) return cost(price.longer.price, tokens);
  const input = tokens.inputTokens + tokens.cacheReadTokens * (price.cacheRead ?? CACHE_READ) + tokens.cacheWriteTokens * CACHE_WRITE;
  return (input * price.input + tokens.outputTokens * price.output) / 1_000_000;
}
