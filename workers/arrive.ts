import { moveAgent } from '../src/store/agents.ts';
import { cleanUp } from './clean-up.ts';
import type { Hold } from './hold.ts';
import type { WorkerServices } from './services.ts';

/**
 * Brings an agent that was taken over to this machine. What an earlier worker left running here must not go on beside this
 * one. What is left here of an agent that went on elsewhere is not its work any more and goes, and only then is the agent
 * said to be here: whatever workspace is on the machine that it is said to be on is as it was left, and no other is used.
 */
export async function arrive(services: WorkerServices, { task, agent, signal, change }: Hold): Promise<void> {
  if (agent.host === services.host) return void (await services.sandboxes.remove(agent.id, signal));
  await cleanUp(services, task, agent.id);
  await change((tx) => moveAgent(tx, agent.id, services.host));
}
