import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { ResolvedGate } from '../../gates/profiles.ts';
import { GATES } from '../../gates/registry.ts';
import { runGates } from '../../gates/run-gates.ts';
import type { GateResult, GateState } from '../../src/domain/finding.ts';
import { exportTree } from '../../src/git/export-tree.ts';
import { giveTree, removeTree } from '../../src/git/host-files.ts';
import { workspaceFolder } from '../../src/git/workspace.ts';
import { clearGates, putGate } from '../../src/store/gates.ts';
import type { Tracing } from '../../src/tracing/tracing.ts';
import type { Hold } from '../hold.ts';
import type { Plan } from '../plan.ts';
import type { WorkerServices } from '../services.ts';
import { install, type Installation } from './install.ts';

const LOG_CHARACTERS = 65_536;
const NAMES = new Set(GATES.map(({ name }) => name));

/**
 * Runs the gates on a commit: in a checkout that no agent has touched, with dependencies installed anew, in a sandbox
 * without a network. Every change of a gate's state is in the database before the next. Once somebody asks the agent to wrap
 * up, what is not judged yet stays unjudged, and says so.
 */
export async function judge(services: WorkerServices, hold: Hold, plan: Plan, commit: string): Promise<readonly GateResult[]> {
  const { task, agent } = hold;
  const positions = new Map(plan.gates.map(({ gate }, index) => [gate.name, index]));
  const put = async (result: GateResult) => {
    traceGate(services.tracing, result);
    await hold.change((tx) => putGate(tx, task.id, agent.id, positions.get(result.gate) ?? 0, result));
  };
  const signal = AbortSignal.any([hold.signal, hold.wrapUp]);
  try {
    return await judgeInSandbox(services, { ...hold, signal }, plan, commit, put);
  } catch (error) {
    hold.signal.throwIfAborted();
    if (!hold.wrapUp.aborted) throw error;
    const unjudged = plan.gates.map(unjudgedGate);
    for (const result of unjudged) await put(result);
    return unjudged;
  }
}

async function judgeInSandbox(
  services: WorkerServices,
  hold: Hold,
  plan: Plan,
  commit: string,
  put: (result: GateResult) => Promise<void>,
): Promise<readonly GateResult[]> {
  const { task, agent, signal } = hold;
  signal.throwIfAborted();
  const folder = join(workspaceFolder(services.dataDir, agent.id), 'judge');
  try {
    await mkdir(folder, { recursive: true });
    await giveTree(folder, services.owner);
    await exportTree(
      services.git,
      plan.mirror,
      { commit, folder: join(folder, 'repo'), ...(services.owner ? { owner: services.owner } : {}) },
      signal,
    );
    await hold.change((tx) => clearGates(tx, task.id));
    if (plan.setup) await hold.step('installing dependencies for the gates');
    const installation = await install(services, hold, plan, folder);
    await hold.step('running the gates');
    const spec = { agentId: agent.id, role: 'gates', hostFolder: folder, network: services.network, limits: plan.sandboxLimits };
    await using sandbox = await services.sandboxes.create(spec, signal);
    const { base, settings, gates } = { ...plan, base: plan.base.files };
    const onChange = (result: GateResult) => put(withInstallation(result, installation));
    const results = await runGates({ gates, sandbox, base, settings, timeoutMs: services.gateTimeoutMs, signal, onChange });
    signal.throwIfAborted();
    return results.map((result) => withInstallation(result, installation));
  } finally {
    await removeTree(folder);
  }
}

function unjudgedGate({ gate, required }: ResolvedGate): GateResult {
  return {
    gate: gate.name,
    required,
    state: 'cancelled',
    summary: 'not run: the agent was asked to wrap up',
    command: null,
    findings: [],
    log: '',
    durationMs: 0,
    coverage: null,
  };
}

/** Once it has run. The name of a gate of the repository's own is somebody's words. */
function traceGate(tracing: Tracing, { gate, state, durationMs, findings }: GateResult): void {
  if (durationMs === 0) return;
  const attributes = {
    'signalbox.gate': NAMES.has(gate) ? gate : 'custom',
    'signalbox.gate.state': state,
    'signalbox.gate.findings': findings.length,
  };
  tracing.past('gate', { attributes }, new Date(Date.now() - durationMs));
}

const RED: ReadonlySet<GateState> = new Set(['failed', 'timed-out', 'error']);

/** A gate that may be red because the dependencies are missing says so at the end of its log, which is what people and agents see. */
function withInstallation(result: GateResult, installation: Installation | null): GateResult {
  if (installation === null || installation.succeeded || !RED.has(result.state)) return result;
  const words = `The dependencies could not be installed with ${installation.command}:\n${installation.output}`;
  return { ...result, log: `${result.log}\n\n${words}`.slice(-LOG_CHARACTERS) };
}
