import { isRed, type GateResult } from '../src/domain/finding.ts';
import type { TaskOutcome } from '../src/domain/task.ts';
import { SignalboxError } from '../src/errors.ts';
import type { PullRequest } from '../src/forge/forge.ts';

/** How a task ends, for the two state machines and for the person who reads it. */
export interface Ending {
  readonly task: 'completed' | 'failed';
  readonly agent: 'completed' | 'failed';
  readonly outcome: TaskOutcome;
}

export interface Published {
  /** null where a pushed branch is all that comes of work. */
  readonly pull: PullRequest | null;
  readonly branch: string;
  readonly gates: readonly GateResult[];
  /** Files that the base branch changed too. */
  readonly conflict: readonly string[];
  /** Why the agent's work was cut short; null when it ended by itself. */
  readonly cutShort: { readonly code: string; readonly message: string } | null;
}

/** Green is only what ran and passed; everything else says what a person has to do. Pure. */
export function endingOf({ pull, branch, gates, conflict, cutShort }: Published): Ending {
  const name = pull ? `#${pull.number}` : `\`${branch}\``;
  const where = pull ? `in pull request ${name}` : `on the branch ${name}`;
  const draft = pull?.draft ? `in the draft pull request ${name}` : where;
  const red = gates.filter(isRed).map(({ gate }) => gate);
  if (cutShort)
    return failed(
      cutShort.code,
      `${cutShort.message} What there was is ${draft}.`,
      `Look at ${name}, then \`/agent retry\` goes on from there.`,
    );
  if (conflict.length > 0) {
    return failed(
      'publish.conflict',
      `The base branch changed the same files meanwhile (${conflict.slice(0, 5).join(', ')}). The work is ${draft}.`,
      `Resolve the conflict there; or ${pull ? 'close' : 'delete'} ${name}, and \`/agent retry\` starts anew from the base branch.`,
    );
  }
  if (red.length > 0) {
    return failed(
      'gates.red',
      `${red.join(', ')} ${red.length === 1 ? 'is' : 'are'} red. The work is ${draft}.`,
      `See ${pull ? `the checks of ${name}` : 'its gates on the dashboard'}; \`/agent retry\` lets an agent go on with them.`,
    );
  }
  const judged = gates.filter(({ state }) => state === 'passed').length;
  const outcome: TaskOutcome =
    judged === 0
      ? {
          code: 'published.unjudged',
          message: `The work is ${where}. No gate judged it, because the repository has none of the profile’s.`,
          nextStep: `Review ${name} with care; gates can be named in .signalbox.yml.`,
        }
      : {
          code: 'published',
          message: `The work is ${where}, and ${judged === 1 ? 'its gate' : `all ${judged} gates`} passed.`,
          nextStep: `Review ${name}.`,
        };
  return { task: 'completed', agent: 'completed', outcome };
}

/** How a run of the gates alone ends. */
export function endingOfGates(gates: readonly GateResult[]): Ending {
  const red = gates.filter(isRed).map(({ gate }) => gate);
  if (red.length > 0)
    return failed(
      'gates.red',
      `${red.join(', ')} ${red.length === 1 ? 'is' : 'are'} red.`,
      'See the checks; `/agent retry` lets an agent go on with them.',
    );
  return { task: 'completed', agent: 'completed', outcome: { code: 'gates.green', message: 'No gate is red.', nextStep: null } };
}

export function failed(code: string, message: string, nextStep: string): Ending {
  return { task: 'failed', agent: 'completed', outcome: { code, message, nextStep } };
}

export function endingOfError(error: unknown): Ending {
  if (error instanceof SignalboxError) {
    return { task: 'failed', agent: 'failed', outcome: { code: error.code, message: error.message, nextStep: error.nextStep } };
  }
  return {
    task: 'failed',
    agent: 'failed',
    outcome: {
      code: 'internal',
      message: 'Something failed inside Signalbox.',
      nextStep: 'The log of the worker has the reason; `/agent retry` tries again.',
    },
  };
}
