import type { Plan } from '../plan.ts';
import type { WorkerServices } from '../services.ts';

/** What a failed installation shows of its output, to the agent and to people. */
const TAIL_CHARACTERS = 2_000;
const OUTPUT_BYTES = 64 * 1024;

export interface Installation {
  readonly command: string;
  readonly succeeded: boolean;
  /** The end of what it printed, or why it was ended. */
  readonly output: string;
}

/**
 * Installs the dependencies into a folder that will be a sandbox's, in a sandbox of its own: the only one with a network,
 * and without any credential like the others. A failure is told to the agent; it does not end the task, because mending it
 * may be what is asked. null: there is nothing to install.
 */
export async function install(
  services: Pick<WorkerServices, 'sandboxes' | 'setupTimeoutMs'>,
  hold: { readonly agent: { readonly id: string }; readonly signal: AbortSignal },
  plan: Pick<Plan, 'setup' | 'sandboxLimits'>,
  hostFolder: string,
): Promise<Installation | null> {
  if (!plan.setup) return null;
  const spec = { agentId: hold.agent.id, role: 'setup', hostFolder, network: 'bridge' as const, limits: plan.sandboxLimits };
  await using sandbox = await services.sandboxes.create(spec, hold.signal);
  const run = { argv: ['bash', '-c', plan.setup.line], cwd: 'repo', timeoutMs: services.setupTimeoutMs, maxOutputBytes: OUTPUT_BYTES };
  const result = await sandbox.exec(run, hold.signal);
  const late = result.timedOut ? `\n(ended after ${services.setupTimeoutMs / 1000} seconds)` : '';
  return { command: plan.setup.shown, succeeded: result.exitCode === 0, output: result.output.slice(-TAIL_CHARACTERS) + late };
}
