import type { Story } from '../stories.ts';
import type { Evidence } from './evidence.ts';

/** How a task may fail when workers die and forges are away, and nobody asked it to wrap up: never for another reason. */
const MAY_FAIL: ReadonlySet<string> = new Set(['worker.gave-up']);

export function checkTasks({ facts, told }: Evidence): string[] {
  const problems: string[] = [];
  for (const task of facts.tasks) {
    const name = `task ${task.id} of ${task.repository}#${task.number}`;
    const again = task.continues !== null && task.outcome?.code === 'no-change';
    if (!['completed', 'failed', 'killed'].includes(task.state)) problems.push(`${name} is ${task.state}`);
    else if (task.outcome === null) problems.push(`${name} is ${task.state} and does not say how it ended`);
    else if (task.state === 'failed' && !MAY_FAIL.has(task.outcome.code) && !again && task.stop_request === null)
      problems.push(`${name} failed: ${task.outcome.code}: ${task.outcome.message}`);
    const agents = facts.agents.filter(({ task_id }) => task_id === task.id);
    if (agents.length > 1) problems.push(`${name} has ${agents.length} agents`);
    for (const agent of agents)
      if (['spawning', 'running'].includes(agent.state)) problems.push(`agent ${agent.id} of ${name} is ${agent.state}`);
    const ends = facts.events.filter(({ type, task_id }) => task_id === task.id && /^task\.(completed|failed|killed)$/.test(type));
    if (ends.length > 1) problems.push(`${name} ended ${ends.length} times`);
  }
  for (const { story, issue } of told) {
    const mine = facts.tasks.filter(({ repository, number }) => repository === story.repository && number === issue);
    if (mine.length === 0 && !wasTakenBack(story)) problems.push(`story ${story.number} (${story.repository}#${issue}) has no task`);
    const most = story.kind === 'asked-twice' ? 2 : 1;
    if (mine.length > most) problems.push(`story ${story.number} (${story.repository}#${issue}) has ${mine.length} tasks`);
  }
  return problems;
}

/** Where the label's removal is heard of before the label, nothing is asked for any more. */
function wasTakenBack({ end }: Story): boolean {
  return end?.what === 'kill' && end.way === 'unlabel';
}
