import { cleanText } from '../../src/domain/clean-text.ts';
import { answerCalls, answerInterrupted } from './answer-calls.ts';
import { askModel } from './ask-model.ts';
import { type Situation, situationOf } from './conversation.ts';
import { type AgentRun, type AgentStop, note, refused } from './run.ts';
import type { ToolResult } from './tool.ts';
import type { TurnStep } from './transcript.ts';

const MAX_NUDGES = 2;

/**
 * Runs an agent until it stops. The transcript alone says what comes next, and every step is saved before the next
 * one begins, so a run that died goes on where it was: an answer of the model is never asked for twice, and a tool call
 * that may have been under way is answered as interrupted. Throws the signal's reason, and faults of the model or the
 * sandbox; after those, too, the same transcript can be run again.
 */
export async function runAgent(run: AgentRun): Promise<AgentStop> {
  await openOrResume(run);
  for (;;) {
    run.signal.throwIfAborted();
    if (run.rest?.aborted) return { kind: 'rested', message: 'The worker is stopping.' };
    await askToWrapUp(run);
    const situation = situationOf(run.transcript.steps);
    const stop = await advance(run, situation);
    if (stop) return stop;
  }
}

/** Tells the agent what became of its submission; `runAgent` then goes on. Telling it again changes nothing. */
export async function answerSubmit(run: Pick<AgentRun, 'transcript' | 'budget'>, callId: string, answer: ToolResult): Promise<void> {
  const situation = situationOf(run.transcript.steps);
  if (situation.kind !== 'calls' || !situation.open.some((call) => call.id === callId)) return;
  const at = run.budget.now();
  await run.transcript.append({
    kind: 'tool-result',
    at,
    durationMs: 0,
    callId,
    tool: 'submit',
    text: cleanText(answer.text),
    isError: answer.isError,
    judged: true,
  });
}

async function openOrResume(run: AgentRun): Promise<void> {
  const { transcript, system, messages } = run;
  if (transcript.steps.length === 0) return transcript.append({ kind: 'opening', at: run.budget.now(), system, messages });
  const situation = situationOf(transcript.steps);
  if (situation.kind === 'calls') await answerInterrupted(run, situation.turn, situation.open);
}

async function askToWrapUp(run: AgentRun): Promise<void> {
  if (!run.wrapUp?.signal.aborted) return;
  const { text } = run.wrapUp;
  const told = run.transcript.steps.some((step) => step.kind === 'note' && step.reason === 'caller' && step.text === text);
  if (!told) await note(run, 'caller', text);
}

/** One move; null when the run goes on. */
async function advance(run: AgentRun, situation: Situation): Promise<AgentStop | null> {
  switch (situation.kind) {
    case 'model':
      return askModel(run);
    case 'calls':
      return answerCalls(run, situation.turn, situation.open);
    case 'ended':
      return afterEnd(run, situation.turn);
  }
}

async function afterEnd(run: AgentRun, turn: TurnStep): Promise<AgentStop | null> {
  if (turn.stop === 'refusal') return refused();
  if (turn.stop === 'max-tokens')
    return note(run, 'cut', 'Your answer was cut off at the output limit. Go on from there, in smaller steps.');
  const { steps } = run.transcript;
  const sinceLastCall = steps.slice(steps.findLastIndex((step) => step.kind === 'tool-result') + 1);
  const nudges = sinceLastCall.filter((step) => step.kind === 'note' && step.reason === 'nudge').length;
  if (nudges >= MAX_NUDGES)
    return { kind: 'gave-up', message: 'The agent stopped without submitting anything, also after it was reminded.' };
  return note(
    run,
    'nudge',
    'Nobody reads this conversation while you work. Go on with the tools; when the work is done, or cannot be done, call submit and say so in the summary.',
  );
}
