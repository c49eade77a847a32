import { findingsForAgent } from '../../gates/findings-for-agent.ts';
import { isRed } from '../../src/domain/finding.ts';
import type { Sandbox } from '../../src/sandbox/sandbox.ts';
import type { StopRequest } from '../../src/store/schema.ts';
import { answerSubmit, runAgent } from '../agent/loop.ts';
import type { AgentRun, AgentStop } from '../agent/run.ts';
import type { Transcript } from '../agent/transcript.ts';
import { WorkerStopping, type Hold } from '../hold.ts';
import { endingOf, failed, type Ending } from '../outcome.ts';
import type { Plan } from '../plan.ts';
import type { WorkerServices } from '../services.ts';
import { harvest, type Wording } from './harvest.ts';
import { judge } from './judge.ts';
import { keepCheckpoint, type Kept } from './keep-checkpoint.ts';
import { keepDiff } from './keep-diff.ts';
import { publish } from './publish.ts';

export interface Work extends Kept {
  readonly plan: Plan;
  readonly transcript: Transcript;
  readonly opening: Pick<AgentRun, 'system' | 'messages' | 'onProgress'>;
}

type Stop = AgentStop | { readonly kind: 'stopped'; readonly message: string };

/**
 * Lets the agent work, judges what it made, and hands red gates back to it, until they are green or the rounds are used up;
 * then publishes. What was cut short, by a limit or by somebody, is published too, as a draft, so that no work is lost.
 */
export async function workUntilJudged(services: WorkerServices, hold: Hold, work: Work): Promise<Ending> {
  const { plan, workspace, transcript } = work;
  const budget = { limits: plan.limits, now: Date.now };
  for (;;) {
    const round = roundOf(transcript);
    await hold.step(
      round === 0 ? 'the agent is working' : `the agent is mending what the gates found (round ${round} of ${plan.limits.gateRounds})`,
    );
    const stop = await runInSandbox(services, hold, work);
    if (stop.kind === 'rested') throw new WorkerStopping();
    const again = async (text: string) => {
      if (stop.kind !== 'submitted' || round >= plan.limits.gateRounds || hold.wrapUp.aborted) return false;
      await answerSubmit({ transcript, budget }, stop.callId, { text, isError: true });
      return true;
    };

    const wording = wordingOf(stop, plan);
    const made = await harvest(services, hold, plan, workspace, wording);
    if (made.kind === 'no-change') return nothingMade(stop, made.leftOut);
    if (made.kind === 'contained')
      return failed(
        'change.contained',
        'Somebody else has brought the same change meanwhile, so nothing was pushed.',
        'Close this, or say what is still missing with `/agent retry …`.',
      );
    if (made.kind === 'forbidden') {
      if (await again(`This cannot be published. Put back what agents may not change, then submit again:\n${made.message}`)) continue;
      return failed(
        'change.forbidden',
        `The change touches what agents may not, so nothing was pushed: ${made.message.replaceAll('\n', '; ')}`,
        'Make that change yourself, or `/agent retry` with a word on what to leave alone.',
      );
    }
    await keepDiff(services, hold, plan, { from: made.parent, commit: made.commit });
    const gates = await judge(services, hold, plan, made.commit);
    if (gates.some(isRed) && (await again(findingsForAgent(gates)))) continue;

    const cutShort = cutShortBy(stop, hold);
    const unfinished = cutShort !== null || made.conflict.length > 0;
    const told = { ...wording, summary: [wording.summary, made.leftOut].filter((part) => part !== null).join('\n\n') };
    const pull = await publish(services, hold, plan, { commit: made.commit, parent: made.parent, gates, wording: told, unfinished });
    return endingOf({ pull, branch: plan.branch, gates, conflict: made.conflict, cutShort });
  }
}

/** How often the agent was told what became of its submission. */
function roundOf({ steps }: Transcript): number {
  return steps.filter((step) => step.kind === 'tool-result' && step.judged === true).length;
}

function nothingMade(stop: Stop, leftOut: string | null): Ending {
  const [code, said] =
    stop.kind === 'submitted'
      ? ['no-change', `The agent changed nothing. It says: ${stop.summary.slice(0, 500)}`]
      : [`agent.${stop.kind}`, `${stop.message} It had changed nothing.`];
  return failed(code, leftOut === null ? said : `${said} ${leftOut}`, 'Say more precisely what should change, with `/agent retry …`.');
}

/** The sandbox lives for one stretch of work only: what is read on the host must not change meanwhile. */
async function runInSandbox(services: WorkerServices, hold: Hold, work: Work): Promise<Stop> {
  const { plan, workspace, transcript, opening } = work;
  const spec = { agentId: hold.agent.id, role: 'agent', hostFolder: workspace.box, network: services.network, limits: plan.sandboxLimits };
  await using sandbox = await services.sandboxes.create(spec, hold.signal);
  using patience = patienceOf(hold);
  try {
    return await runAgent({
      model: services.model,
      sandbox,
      transcript,
      budget: { limits: plan.limits, now: Date.now },
      signal: AbortSignal.any([hold.signal, patience.signal]),
      rest: hold.rest,
      wrapUp: { signal: hold.wrapUp, text: WRAP_UP },
      beforeResult: () => keep(services, hold, work, sandbox),
      ...opening,
    });
  } catch (error) {
    if (hold.signal.aborted || !patience.signal.aborted) throw error;
    return { kind: 'stopped', message: stoppedBy(hold) };
  }
}

const WRAP_UP =
  'Somebody asks you to stop here. Bring what you have to a state that can be looked at, without starting anything new, and call submit now; say in the summary what is left to do.';
/** Milliseconds that an agent has to wrap up, so that its work is published within a minute of the request. */
const WRAP_UP_MS = 25_000;

/** A signal that is aborted some time after somebody asked the agent to wrap up. */
function patienceOf({ wrapUp }: Hold): { signal: AbortSignal } & Disposable {
  const over = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const begin = () => {
    timer = setTimeout(() => over.abort(new Error('the agent did not wrap up in time')), WRAP_UP_MS);
  };
  if (wrapUp.aborted) begin();
  else wrapUp.addEventListener('abort', begin, { once: true });
  return {
    signal: over.signal,
    [Symbol.dispose]() {
      wrapUp.removeEventListener('abort', begin);
      clearTimeout(timer);
    },
  };
}

/** What another worker, and whoever watches, can see of the work so far. */
async function keep(services: WorkerServices, hold: Hold, work: Work, sandbox: Sandbox): Promise<void> {
  const commit = await keepCheckpoint(services, hold, work, sandbox);
  if (commit !== null) await keepDiff(services, hold, work.plan, { from: work.plan.startPoint, commit });
}

function wordingOf(stop: Stop, { subject }: Plan): Wording {
  if (stop.kind === 'submitted') return { title: stop.title, summary: stop.summary };
  return { title: `Unfinished: ${subject.title}`.slice(0, 72), summary: `This is as far as the agent came. ${stop.message}` };
}

function cutShortBy(stop: Stop, hold: Hold): { code: string; message: string } | null {
  if (hold.wrapUp.aborted) return { code: 'agent.stopped', message: stoppedBy(hold) };
  return stop.kind === 'submitted' ? null : { code: `agent.${stop.kind}`, message: stop.message };
}

function stoppedBy({ wrapUp }: Hold): string {
  const { actor, reason } = wrapUp.reason as StopRequest;
  return `${actor} asked the agent to wrap up (${reason}).`;
}
