import type { Random } from './random.ts';

/** What happens on one issue. All of it is known beforehand, from the seed. */
export interface Story {
  readonly number: number;
  readonly repository: string;
  readonly kind: 'plain' | 'red-first' | 'killed' | 'stopped' | 'asked-twice';
  readonly ask: 'label' | 'comment' | 'born-with-label';
  /** Milliseconds after the asking; null: it is left to its own end. */
  readonly end: { readonly what: 'kill' | 'stop'; readonly afterMs: number; readonly way: 'comment' | 'unlabel' | 'close' | 'api' } | null;
  /** One for each edit that the agent makes. */
  readonly steps: readonly Step[];
}

export interface Step {
  /** Milliseconds that the model thinks. */
  readonly thinkMs: number;
  /** Tenths of a second that the command takes. */
  readonly naps: number;
}

export const REPOSITORIES = ['acme/one', 'acme/two', 'acme/three'] as const;

const KINDS = [
  ['plain', 4],
  ['red-first', 2],
  ['killed', 3],
  ['stopped', 2],
  ['asked-twice', 1],
] as const;

export function makeStories(random: Random, rounds: number): Story[] {
  return Array.from({ length: rounds }, (_, index) => makeStory(random.fork(`story ${index + 1}`), index + 1));
}

function makeStory(random: Random, number: number): Story {
  const kind = random.draw(KINDS);
  const ask = random.draw([
    ['label', 3],
    ['comment', 2],
    ['born-with-label', 1],
  ] as const);
  return {
    number,
    repository: random.pick(REPOSITORIES),
    kind,
    ask,
    end: endOf(random, kind, ask),
    steps: Array.from({ length: random.between(2, 5) }, () => ({
      thinkMs: random.between(20, 500),
      naps: random.chance(0.25) ? random.between(5, 25) : random.between(0, 3),
    })),
  };
}

function endOf(random: Random, kind: Story['kind'], ask: Story['ask']): Story['end'] {
  if (kind !== 'killed' && kind !== 'stopped') return null;
  const afterMs = random.between(0, 9_000);
  if (kind === 'stopped') return { what: 'stop', afterMs, way: random.pick(['comment', 'comment', 'api'] as const) };
  const ways = ask === 'comment' ? (['comment', 'close', 'api'] as const) : (['comment', 'comment', 'unlabel', 'close', 'api'] as const);
  return { what: 'kill', afterMs, way: random.pick(ways) };
}

export function titleOf({ number }: Story): string {
  return `Story ${number} is to be told`;
}

/** Where a story's agent writes. */
export function fileOf({ number }: Story): string {
  return `notes/${number}.md`;
}

export function linesOf(story: Story): string[] {
  return story.steps.map((_, index) => `story ${story.number} step ${index + 1}`);
}
