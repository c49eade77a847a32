import type { TaskRow } from '../facts.ts';
import type { Evidence } from './evidence.ts';

/** How a task may end that was asked to wrap up: with a draft, without a change, or as it would have ended anyway. */
const MAY_END: ReadonlySet<string> = new Set(['agent.stopped', 'no-change', 'published', 'worker.gave-up', 'killed']);

export function checkStops({ facts, github }: Evidence): string[] {
  const problems: string[] = [];
  for (const task of facts.tasks.filter(({ stop_request }) => stop_request !== null)) {
    const name = `task ${task.id} of ${task.repository}#${task.number}, which was asked to wrap up,`;
    const asked = facts.events.filter(({ type, task_id }) => type === 'task.stop-requested' && task_id === task.id);
    if (asked.length !== 1) problems.push(`${name} was asked ${asked.length} times`);
    if (!MAY_END.has(task.outcome?.code ?? '')) problems.push(`${name} ended with ${task.outcome?.code}: ${task.outcome?.message}`);
    if (task.outcome?.code === 'agent.stopped') problems.push(...draftOf(github, task).map((what) => `${name} ${what}`));
  }
  return problems;
}

/** What it had is a draft, or it had nothing. */
function draftOf(github: Evidence['github'], { repository, branch, pull_request, outcome }: TaskRow): string[] {
  const pull = github
    .repository(repository)
    .pulls()
    .find(({ headRef }) => headRef === branch);
  if (pull_request === null) return pull ? [`has pull request #${pull.number}, and says: ${outcome?.message}`] : [];
  if (pull?.number !== pull_request) return [`names pull request #${pull_request}, and the forge has ${pull?.number}`];
  return pull.draft ? [] : [`is in #${pull_request}, which is no draft`];
}

/** Nothing begins while the instance is halted, in the order of the log. */
export function checkHalts({ facts }: Evidence): string[] {
  const problems: string[] = [];
  let halted = false;
  for (const { type, task_id } of facts.events) {
    if (type === 'instance.halted') halted = true;
    if (type === 'instance.resumed') halted = false;
    if (halted && type === 'agent.spawning') problems.push(`an agent of task ${task_id} began while the instance was halted`);
  }
  return halted ? [...problems, 'the instance is still halted'] : problems;
}
