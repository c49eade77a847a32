import { SignalboxError } from '../../src/errors.ts';
import type { ModelRequest } from '../../src/model/model.ts';
import { type Spent, nearLimit, outputTokensFor, passedLimit, secondsLeft, spentBy } from './budget.ts';
import { conversationOf } from './conversation.ts';
import { type AgentRun, type AgentStop, note } from './run.ts';
import { judgeStuck } from './stuck.ts';
import { TOOLS } from './tools/index.ts';

/** The longest delay that a timer takes. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/** One more answer of the model, unless the agent is stuck or has used up a limit. */
export async function askModel(run: AgentRun): Promise<AgentStop | null> {
  const { transcript, budget } = run;
  const stuck = judgeStuck(transcript.steps);
  if (stuck.kind === 'stop') return { kind: 'stuck', message: stuck.text };
  if (stuck.kind === 'tell') await note(run, 'stuck', stuck.text);

  const spent = spentBy(transcript.steps, budget.now());
  const passed = passedLimit(budget.limits, spent);
  if (passed) return { kind: 'out-of-budget', ...passed };
  const warning = nearLimit(budget.limits, spent);
  const wasWarned = transcript.steps.some((step) => step.kind === 'note' && step.reason === 'budget');
  if (warning && !wasWarned) await note(run, 'budget', warning);
  return takeStep(run, spent);
}

async function takeStep(run: AgentRun, spent: Spent): Promise<AgentStop | null> {
  const { transcript, budget } = run;
  const at = budget.now();
  const deadline = AbortSignal.timeout(Math.min(MAX_TIMER_MS, Math.ceil(secondsLeft(budget.limits, spent) * 1000)));
  try {
    const turn = await run.model.step(requestOf(run), AbortSignal.any([run.signal, deadline]));
    const durationMs = budget.now() - at;
    await transcript.append({ kind: 'turn', at, durationMs, ...turn });
    run.onProgress?.({ kind: 'turn', usage: turn.usage, durationMs });
    return null;
  } catch (error) {
    run.signal.throwIfAborted();
    if (error === deadline.reason)
      return {
        kind: 'out-of-budget',
        limit: 'wallSeconds',
        message: `The agent used up its time: ${budget.limits.wallSeconds} seconds, in the middle of a model call.`,
      };
    if (error instanceof SignalboxError && error.code === 'model.context-full')
      return { kind: 'out-of-budget', limit: 'context', message: error.message };
    throw error;
  }
}

function requestOf({ transcript, budget, system, onProgress }: AgentRun): ModelRequest {
  const { steps } = transcript;
  const opening = steps.find((step) => step.kind === 'opening');
  return {
    system: opening?.system ?? system,
    messages: conversationOf(steps),
    tools: TOOLS.map((tool) => tool.definition),
    maxOutputTokens: outputTokensFor(budget.limits, steps),
    onText: (text) => onProgress?.({ kind: 'text', text }),
  };
}
