import { remoteHead } from '../src/git/remote-head.ts';
import { findAgent } from '../src/store/agents.ts';
import { findTask, noteOnTask } from '../src/store/tasks.ts';
import type { Doubt } from '../src/tasks/kill.ts';
import type { Hold } from './hold.ts';
import type { WorkerServices } from './services.ts';

/**
 * Finds out what of an agent's work is on the forge before the agent is ended in the middle of it: what was done last may not
 * have been written down. The forge is asked, and what it tells is noted on the task; the answer is what it does not tell.
 */
export async function settlePublished(
  { db, forges, git, forgePatienceMs }: Pick<WorkerServices, 'db' | 'forges' | 'git' | 'forgePatienceMs'>,
  { task: { id }, agent, change }: Pick<Hold, 'task' | 'agent' | 'change'>,
): Promise<Doubt> {
  const commit = (await findAgent(db, agent.id))?.publishing ?? null;
  const task = await findTask(db, id);
  if (commit === null || !task?.branch || (task.headSha === commit && task.pullRequest !== null)) return 'none';
  const { branch, subject } = task;
  const forge = forges.find(({ name }) => name === subject.forge)!;
  const soon = AbortSignal.timeout(forgePatienceMs);
  const head =
    task.headSha === commit
      ? commit
      : await told(soon, async () => remoteHead(git, await forge.gitAccess(subject.repository), branch, soon));
  // What is not there yet may still be on its way through the forge.
  if (head !== commit) return 'push';
  const pull = await told(soon, async () => task.pullRequest ?? (await forge.pullRequestOf?.(subject.repository, branch))?.number ?? null);
  await change((tx) => noteOnTask(tx, id, { headSha: head, ...(pull ? { pullRequest: pull } : {}) }));
  return pull === undefined ? 'pull' : 'none';
}

/** undefined: the forge does not answer, or not in time. */
async function told<T>(soon: AbortSignal, question: () => Promise<T>): Promise<T | undefined> {
  const { promise: late, resolve } = Promise.withResolvers<undefined>();
  soon.addEventListener('abort', () => resolve(undefined), { once: true });
  return soon.aborted ? undefined : Promise.race([question().catch(() => undefined), late]);
}
