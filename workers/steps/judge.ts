import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { runGates } from '../../gates/run-gates.ts';
import type { GateResult } from '../../src/domain/finding.ts';
import { exportTree } from '../../src/git/export-tree.ts';
import { giveTree, removeTree } from '../../src/git/host-files.ts';
import { workspaceFolder } from '../../src/git/workspace.ts';
import { change } from '../../src/store/events.ts';
import { clearGates, putGate } from '../../src/store/gates.ts';
import type { Hold } from '../hold.ts';
import type { Plan } from '../plan.ts';
import type { WorkerServices } from '../services.ts';
import { install, type Installation } from './install.ts';

/**
 * Runs the gates on a commit: in a checkout that no agent has touched, with dependencies installed anew, in a sandbox
 * without a network. Every change of a gate's state is in the database before the next.
 */
export async function judge(services: WorkerServices, hold: Hold, plan: Plan, commit: string): Promise<readonly GateResult[]> {
  const { task, agent, signal } = hold;
  const folder = join(workspaceFolder(services.dataDir, agent.id), 'judge');
  try {
    await mkdir(folder, { recursive: true });
    await giveTree(folder, services.owner);
    await exportTree(services.git, plan.mirror, { commit, folder: join(folder, 'repo'), ...(services.owner ? { owner: services.owner } : {}) }, signal);
    await change(services.db, (tx) => clearGates(tx, task.id));
    if (plan.setup) await hold.step('installing dependencies for the gates');
    const installation = await install(services, hold, plan, folder);
    await hold.step('running the gates');
    const spec = { agentId: agent.id, role: 'gates', hostFolder: folder, network: services.network, limits: plan.sandboxLimits };
    await using sandbox = await services.sandboxes.create(spec, signal);
    const positions = new Map(plan.gates.map(({ gate }, index) => [gate.name, index]));
    const results = await runGates({
      gates: plan.gates,
      sandbox,
      base: plan.base.files,
      settings: plan.settings,
      timeoutMs: services.gateTimeoutMs,
      signal,
      onChange: (result) => change(services.db, (tx) => putGate(tx, task.id, agent.id, positions.get(result.gate) ?? 0, result)),
    });
    signal.throwIfAborted();
    return installation === null || installation.succeeded ? results : results.map((result) => withInstallation(result, installation));
  } finally {
    await removeTree(folder);
  }
}

/** A gate that is red because the dependencies are missing says so. */
function withInstallation(result: GateResult, { command, output }: Installation): GateResult {
  if (result.state === 'passed' || result.state === 'not-found') return result;
  return { ...result, log: `The dependencies could not be installed with ${command}:\n${output}\n\n${result.log}`.slice(0, 65_536) };
}
