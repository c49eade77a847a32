import { exchangesOf } from './conversation.ts';
import type { TranscriptStep } from './transcript.ts';

/** The same call with the same result this often in a row: the agent is told. */
const TELL_AT = 4;
/** And this often: it is stopped. */
const STOP_AT = 8;

export type StuckVerdict = { readonly kind: 'moving' } | { readonly kind: 'tell' | 'stop'; readonly text: string };

export function judgeStuck(steps: readonly TranscriptStep[]): StuckVerdict {
  const kept = exchangesOf(steps).map(({ call, result }) => JSON.stringify([call.name, call.input, result.text, result.isError]));
  const last = kept.at(-1);
  const different = kept.findLastIndex((exchange) => exchange !== last);
  const streak = kept.length - 1 - different;
  if (streak >= STOP_AT)
    return { kind: 'stop', text: `The agent made the same call ${streak} times in a row and got the same result each time.` };
  if (streak < TELL_AT || wasTold(steps)) return { kind: 'moving' };
  return {
    kind: 'tell',
    text: `You have made the same call ${streak} times in a row with the same result. Doing it again will not change that: try another way, or submit what you have and say in the summary what is missing.`,
  };
}

/** Whether the note about this streak is already there: it stands among the last few results. */
function wasTold(steps: readonly TranscriptStep[]): boolean {
  const told = steps.findLastIndex((step) => step.kind === 'note' && step.reason === 'stuck');
  return told !== -1 && steps.slice(told).filter((step) => step.kind === 'tool-result').length < STOP_AT - TELL_AT;
}
