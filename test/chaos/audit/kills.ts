import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { TaskRow } from '../facts.ts';
import { conversations } from '../model-log.ts';
import type { Evidence } from './evidence.ts';

export async function checkKills(evidence: Evidence): Promise<string[]> {
  const problems: string[] = [];
  for (const task of evidence.facts.tasks.filter(({ kill_request }) => kill_request !== null)) {
    const name = `task ${task.id} of ${task.repository}#${task.number}`;
    if (task.state !== 'killed') problems.push(`${name} was asked to stop and is ${task.state}`);
    if (task.kill_confirmed_at === null) {
      if (!saysUnconfirmed(evidence, task)) problems.push(`the kill of ${name} is not confirmed, and nobody says why`);
      continue;
    }
    problems.push(
      ...(await afterwards(evidence, task, task.kill_confirmed_at.getTime())).map(
        (what) => `${name}: ${what} after the kill was confirmed`,
      ),
    );
  }
  return problems;
}

export function saysUnconfirmed({ facts }: Pick<Evidence, 'facts'>, task: TaskRow): boolean {
  return facts.events.some(
    ({ type, task_id, data }) =>
      type === 'task.kill-unconfirmed' && task_id === task.id && String(data['reason']).includes('could not be confirmed'),
  );
}

async function afterwards(
  { facts, asked, github, pushes, engine, beats, told }: Evidence,
  task: TaskRow,
  confirmed: number,
): Promise<string[]> {
  const found: string[] = [];
  const mine = new Set(facts.agents.filter(({ task_id }) => task_id === task.id).map(({ id }) => id));
  const agents = conversations(facts);
  const late = (at: number) => `${(at - confirmed).toFixed(0)} ms`;
  for (const { conversation, at } of asked) {
    if (at > confirmed && mine.has(agents.get(conversation) ?? '')) found.push(`a model request, ${late(at)}`);
  }
  for (const { agent_id, seq, at } of facts.steps) {
    if (mine.has(agent_id) && at.getTime() > confirmed) found.push(`step ${seq} was written, ${late(at.getTime())}`);
  }
  for (const { action, agent, at } of engine) {
    if (mine.has(agent) && at > confirmed) found.push(`the engine did ${action}, ${late(at)}`);
  }
  for (const { branch, at, to } of pushes.get(task.repository) ?? []) {
    // Seconds may lie between the engine of git and the hook's clock; what is said to be possible is no surprise.
    const said = task.outcome?.message.includes('being pushed') ?? false;
    if (branch === task.branch && at > confirmed && isOfAgent(facts.agents, mine, to) && !said) found.push(`a push of ${to}, ${late(at)}`);
  }
  for (const { method, path, body, at } of github.requests) {
    const opened = method === 'POST' && path === `/repos/${task.repository}/pulls` && field(body, 'head') === task.branch;
    if (opened && at > confirmed) found.push(`a pull request was opened, ${late(at)}`);
    if (beginsCheck(path, body, task) && at > confirmed + UNDER_WAY_MS) found.push(`a check was begun, ${late(at)}`);
  }
  const story = told.find(({ story: { repository }, issue }) => repository === task.repository && issue === task.number)?.story;
  const alone = facts.tasks.filter(({ repository, number }) => repository === task.repository && number === task.number).length === 1;
  if (beats !== null && story && alone) {
    const last = Math.max(0, ...(await readFile(join(beats, String(story.number)), 'utf8').catch(() => '')).split('\n').map(Number));
    if (last > confirmed) found.push(`a command ran, ${late(last)}`);
  }
  return found;
}

/** Milliseconds. A request to the forge that a report had sent when the kill was confirmed may arrive so much later. */
const UNDER_WAY_MS = 2_000;

/** Checks that a report under way still began after a kill was confirmed; the report of the kill settles them. */
export function checksUnderWay({ facts, github }: Pick<Evidence, 'facts' | 'github'>): number {
  const confirmed = facts.tasks.filter(({ kill_confirmed_at }) => kill_confirmed_at !== null);
  return confirmed.flatMap((task) =>
    github.requests.filter(({ path, body, at }) => beginsCheck(path, body, task) && at > task.kill_confirmed_at!.getTime()),
  ).length;
}

function beginsCheck(path: string, body: unknown, task: TaskRow): boolean {
  return path.includes('/check-runs') && field(body, 'external_id') === task.id && field(body, 'status') !== 'completed';
}

function isOfAgent(agents: Evidence['facts']['agents'], mine: ReadonlySet<string>, commit: string): boolean {
  return agents.some(({ id, publishing }) => mine.has(id) && publishing === commit);
}

function field(body: unknown, name: string): unknown {
  return typeof body === 'object' && body !== null ? (body as Record<string, unknown>)[name] : undefined;
}
