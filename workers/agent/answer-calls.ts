import { secondsLeft, spentBy } from './budget.ts';
import { type ToolCall, callsOf } from './conversation.ts';
import { type AgentRun, type AgentStop, record, refused } from './run.ts';
import { type ToolResult, refusal } from './tool.ts';
import { TOOLS } from './tools/index.ts';
import { type Submission, submissionOf } from './tools/submit.ts';
import type { TurnStep } from './transcript.ts';

const CUT_OFF =
  'Your answer was cut off at the output limit, so this call was not carried out. Make smaller calls: write a long file in several parts.';
const INTERRUPTED =
  'This call was interrupted. It may have run in part or not at all: look at the state of things, and run it again if that is needed. The shell may have started afresh in the repository.';

/** Carries out a turn's calls one after another, and saves each result before the next call begins. */
export async function answerCalls(run: AgentRun, turn: TurnStep, open: readonly ToolCall[]): Promise<AgentStop | null> {
  if (turn.stop === 'refusal') return refused();
  const submission = submissionIn(turn);
  if (submission) return { kind: 'submitted', ...submission };
  for (const call of open) {
    run.signal.throwIfAborted();
    const at = run.budget.now();
    const result = turn.stop === 'max-tokens' ? refusal(CUT_OFF) : await carryOut(run, call);
    if (turn.stop !== 'max-tokens') await run.beforeResult?.();
    await record(run, call, at, result);
  }
  return null;
}

async function carryOut(run: AgentRun, call: ToolCall): Promise<ToolResult> {
  const tool = TOOLS.find(({ definition }) => definition.name === call.name);
  if (!tool) return refusal(`There is no tool "${call.name}". There are: ${TOOLS.map(({ definition }) => definition.name).join(', ')}.`);
  const left = secondsLeft(run.budget.limits, spentBy(run.transcript.steps, run.budget.now()));
  if (left <= 0) return refusal('Not carried out: the time is used up.');
  run.onProgress?.({ kind: 'tool-started', tool: call.name, about: tool.describe(call.input) });
  return tool.call(call.input, {
    sandbox: run.sandbox,
    maxMs: Math.ceil(left * 1000),
    signal: run.signal,
    onOutput: (text) => run.onProgress?.({ kind: 'tool-output', text }),
  });
}

/**
 * After a crash: the first call without a result may have been under way, so it is not simply run again. Those behind
 * it had not begun.
 */
export async function answerInterrupted(run: AgentRun, turn: TurnStep, open: readonly ToolCall[]): Promise<void> {
  if (turn.stop === 'max-tokens' || turn.stop === 'refusal' || submissionIn(turn)) return;
  await record(run, open[0]!, run.budget.now(), refusal(INTERRUPTED));
}

function submissionIn(turn: TurnStep): (Submission & { callId: string }) | null {
  return turn.stop === 'max-tokens' ? null : submissionOf(callsOf(turn));
}
