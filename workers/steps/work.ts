import { findingsForAgent } from '../../gates/findings-for-agent.ts';
import { isRed } from '../../src/domain/finding.ts';
import type { Workspace } from '../../src/git/workspace.ts';
import { answerSubmit, runAgent } from '../agent/loop.ts';
import type { AgentRun, AgentStop } from '../agent/run.ts';
import type { Transcript } from '../agent/transcript.ts';
import type { Hold } from '../hold.ts';
import { endingOf, failed, type Ending } from '../outcome.ts';
import type { Plan } from '../plan.ts';
import type { WorkerServices } from '../services.ts';
import { harvest, type Wording } from './harvest.ts';
import { judge } from './judge.ts';
import { publish } from './publish.ts';

export interface Work {
  readonly plan: Plan;
  readonly workspace: Workspace;
  readonly transcript: Transcript;
  readonly opening: Pick<AgentRun, 'system' | 'messages' | 'onProgress'>;
}

/**
 * Lets the agent work, judges what it made, and hands red gates back to it, until they are green or the rounds are used up;
 * then publishes. What a limit cut short is judged and published too, as a draft, so that no work is lost.
 */
export async function workUntilJudged(services: WorkerServices, hold: Hold, work: Work): Promise<Ending> {
  const { plan, workspace, transcript } = work;
  const budget = { limits: plan.limits, now: Date.now };
  for (let round = 0; ; round++) {
    await hold.step(
      round === 0 ? 'the agent is working' : `the agent is mending what the gates found (round ${round} of ${plan.limits.gateRounds})`,
    );
    const stop = await runInSandbox(services, hold, work);
    const again = async (text: string) => {
      if (stop.kind !== 'submitted' || round >= plan.limits.gateRounds) return false;
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
    const gates = await judge(services, hold, plan, made.commit);
    if (gates.some(isRed) && (await again(findingsForAgent(gates)))) continue;

    const cutShort = stop.kind === 'submitted' ? null : { code: `agent.${stop.kind}`, message: stop.message };
    const unfinished = cutShort !== null || made.conflict.length > 0;
    const told = { ...wording, summary: [wording.summary, made.leftOut].filter((part) => part !== null).join('\n\n') };
    const pull = await publish(services, hold, plan, { commit: made.commit, parent: made.parent, gates, wording: told, unfinished });
    return endingOf({ pull, gates, conflict: made.conflict, cutShort });
  }
}

function nothingMade(stop: AgentStop, leftOut: string | null): Ending {
  const [code, said] =
    stop.kind === 'submitted'
      ? ['no-change', `The agent changed nothing. It says: ${stop.summary.slice(0, 500)}`]
      : [`agent.${stop.kind}`, `${stop.message} It had changed nothing.`];
  return failed(code, leftOut === null ? said : `${said} ${leftOut}`, 'Say more precisely what should change, with `/agent retry …`.');
}

/** The sandbox lives for one stretch of work only: what is read on the host must not change meanwhile. */
async function runInSandbox(services: WorkerServices, hold: Hold, { plan, workspace, transcript, opening }: Work): Promise<AgentStop> {
  const spec = { agentId: hold.agent.id, role: 'agent', hostFolder: workspace.box, network: services.network, limits: plan.sandboxLimits };
  await using sandbox = await services.sandboxes.create(spec, hold.signal);
  return await runAgent({
    model: services.model,
    sandbox,
    transcript,
    budget: { limits: plan.limits, now: Date.now },
    signal: hold.signal,
    ...opening,
  });
}

function wordingOf(stop: AgentStop, { subject }: Plan): Wording {
  if (stop.kind === 'submitted') return { title: stop.title, summary: stop.summary };
  return { title: `Unfinished: ${subject.title}`.slice(0, 72), summary: `This is as far as the agent came. ${stop.message}` };
}
