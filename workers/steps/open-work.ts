import { SignalboxError } from '../../src/errors.ts';
import { restoreWorkspace, type RestoredWorkspace, type RestoreWish } from '../../src/git/restore.ts';
import { checkpointOf, type Checkpoint } from '../../src/store/checkpoints.ts';
import { appendStep, readSteps } from '../../src/store/steps.ts';
import { situationOf } from '../agent/conversation.ts';
import { answerSubmit } from '../agent/loop.ts';
import { isTurn, openTranscript, usageOf, type Transcript, type TranscriptStep } from '../agent/transcript.ts';
import type { Hold } from '../hold.ts';
import type { Plan } from '../plan.ts';
import type { WorkerServices } from '../services.ts';
import { openingOf } from './brief.ts';
import { install, type Installation } from './install.ts';
import { narrate } from './narrate.ts';
import type { Work } from './work.ts';

/**
 * Makes everything ready for the agent: workspace, dependencies, transcript, first words. After a takeover: the workspace as
 * it was on this machine, or from the newest checkpoint, and the transcript as far as it came.
 */
export async function openWork(services: WorkerServices, hold: Hold, plan: Plan): Promise<Work & AsyncDisposable> {
  const { agent } = hold;
  await hold.step(hold.resumed ? 'restoring the workspace' : 'making the workspace');
  const wish = {
    dataDir: services.dataDir,
    mirror: plan.mirror,
    agentId: agent.id,
    branch: plan.branch,
    startPoint: plan.startPoint,
    identity: { name: plan.bot.name, email: plan.bot.email },
    ...(services.owner ? { owner: services.owner } : {}),
    checkpoint: hold.resumed ? await checkpointOf(services.db, agent.id) : null,
  };
  const workspace = await restoreOrBegin(services, hold, wish);
  await using stack = new AsyncDisposableStack();
  const transcript = await transcriptOf(services, hold);
  const begun = transcript.steps.length > 0;
  const lost = begun ? lostIn(workspace, wish.checkpoint) : null;
  if (lost) await tell(transcript, plan, lost);
  if (plan.setup && !(begun && workspace.from === 'here')) await hold.step('installing dependencies');
  const setup = begun && workspace.from === 'here' ? null : await installUnlessStopped(services, hold, plan, workspace.box);
  await hold.running();
  const root = services.sandboxes.kind === 'docker' ? '/workspace/repo' : workspace.repo;
  const opening = begun ? OPENED : await openingOf(services, hold, plan, setup, root);
  const narration = narrate(services, hold, usageOf(transcript.steps));
  stack.defer(narration.settled);
  const parts = stack.move();
  return {
    plan,
    workspace,
    transcript,
    stored: { commit: wish.checkpoint?.commit ?? null },
    opening: { ...opening, onProgress: narration.onProgress },
    [Symbol.asyncDispose]: () => parts.disposeAsync(),
  };
}

/** Somebody who asks the agent to wrap up does not wait for its dependencies. */
async function installUnlessStopped(services: WorkerServices, hold: Hold, plan: Plan, folder: string): Promise<Installation | null> {
  try {
    return await install(services, { ...hold, signal: AbortSignal.any([hold.signal, hold.wrapUp]) }, plan, folder);
  } catch (error) {
    hold.signal.throwIfAborted();
    if (!hold.wrapUp.aborted) throw error;
    return null;
  }
}

/** What is not there any more of what the transcript tells; null: nothing is missing. */
function lostIn({ from }: RestoredWorkspace, checkpoint: Checkpoint | null): string | null {
  if (from === 'start') return LOST;
  return from === 'checkpoint' && checkpoint?.outdated ? LOST_LATEST : null;
}

const LOST =
  'The machine that you worked on is gone, and your changes with it: the repository is as it was at the start. Look before you go on.';
const LOST_LATEST =
  'The machine that you worked on is gone, and your latest changes with it: the repository is as it was some steps ago. Look before you go on.';

/** A submission is handed back: what it submits is not there any more. */
async function tell(transcript: Transcript, { limits }: Plan, lost: string): Promise<void> {
  if (!transcript.steps.some(isTurn)) return;
  const situation = situationOf(transcript.steps);
  const [call] = situation.kind === 'calls' ? situation.open : [];
  if (call?.name === 'submit')
    return answerSubmit({ transcript, budget: { limits, now: Date.now } }, call.id, { text: lost, isError: true });
  await transcript.append({ kind: 'note', at: Date.now(), reason: 'caller', text: lost });
}

/** A checkpoint that cannot be used costs the changes, which the agent is told; it does not cost the task. */
async function restoreOrBegin(services: WorkerServices, hold: Hold, wish: RestoreWish): Promise<RestoredWorkspace> {
  try {
    return await restoreWorkspace(services.git, wish, hold.signal);
  } catch (error) {
    if (!(error instanceof SignalboxError) || error.code !== 'git.checkpoint-unusable') throw error;
    services.log.warn({ err: error, agent: hold.agent.id }, 'a checkpoint could not be used');
    return restoreWorkspace(services.git, { ...wish, checkpoint: null }, hold.signal);
  }
}

/** A transcript that has begun keeps its own opening. */
const OPENED = { system: '', messages: [] };

/** In the database; a worker that lost the agent can write no step of it any more. */
function transcriptOf({ db }: WorkerServices, { agent, change }: Hold): Promise<Transcript> {
  return openTranscript({
    load: async () => (await readSteps(db, agent.id)).map(({ step }) => step as TranscriptStep),
    append: (step, index) => change((tx) => appendStep(tx, agent.id, index, step)),
  });
}
