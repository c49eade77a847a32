import { totalTokens } from '../domain/agent.ts';
import type { Agent } from '../store/agents.ts';
import { phrase } from './foreign-text.ts';
import { gatesTable, seconds } from './markdown.ts';
import type { TaskView } from './view.ts';

/** Where the pages of this Signalbox are; null where a text goes out without links. */
export interface Links {
  /** An agent's transcript. */
  agent(agentId: string): string;
  /** What a gate says about an agent's work, with its findings and its log. */
  gate(agentId: string, gate: string): string;
}

/**
 * The status comment: what happened in one sentence, the next step, the gates, the cost. Pure: the same view gives the
 * same text.
 */
export function renderStatus(view: TaskView, links: Links | null = null): string {
  const parts = [headline(view)];
  const next = view.task.outcome?.nextStep;
  if (next) parts.push(`**Next:** ${phrase(next)}`);
  if (view.gates.length > 0) parts.push(gatesTable(view.gates));
  parts.push(footer(view, links));
  return parts.join('\n\n');
}

function headline({ task, agent, stopping, unconfirmed, halt }: TaskView): string {
  const { kill, stop } = stopping;
  const what = task.purpose === 'gates' ? 'The gates' : 'The agent';
  const said = task.outcome ? phrase(task.outcome.message) : '';
  if (task.state === 'completed') return `✅ **Done.** ${said}`;
  if (task.state === 'failed') return `❌ **Failed.** ${said}`;
  if (task.state === 'killed') return `⏹️ **Stopped.** ${said}${confirmation(stopping, unconfirmed)}`;
  if (kill)
    return `⏹️ **Stop requested** by ${name(kill.actor)} (${phrase(kill.reason)}), not yet confirmed.${confirmation(stopping, unconfirmed)}`;
  if (stop && task.state === 'running')
    return `🔄 **Wrapping up**, as ${name(stop.actor)} asked (${phrase(stop.reason)}): ${phrase(agent?.step ?? 'starting')}.`;
  if (task.state === 'running') return `🔄 **At work.** ${what}: ${phrase(agent?.step ?? 'starting')}.`;
  if (halt) return `⏸️ **Waiting**: this Signalbox was halted by ${name(halt.actor)} (${phrase(halt.reason)}).`;
  return `⏳ **Waiting** for a free worker.`;
}

/** How long the kill took, by the database's clock, or what is not known of it; nothing for what had not begun. */
function confirmation({ killRequestedAt, killConfirmedAt }: TaskView['stopping'], unconfirmed: string | null): string {
  if (killConfirmedAt === null) return unconfirmed === null ? '' : ` ${phrase(unconfirmed)}`;
  const ms = killConfirmedAt.getTime() - (killRequestedAt?.getTime() ?? 0);
  return ms === 0 ? '' : ` Confirmed after ${seconds(ms)}.`;
}

function footer({ task, agent }: TaskView, links: Links | null): string {
  const facts = [`asked for by ${name(task.requestedBy.login)}`];
  if (task.pullRequest && task.pullRequest !== task.askedOn) facts.push(`pull request #${task.pullRequest}`);
  if (task.branch) facts.push(`branch \`${task.branch}\``);
  if (agent) facts.push(...cost(agent));
  if (agent && links) facts.push(`[transcript](${links.agent(agent.id)})`);
  const help =
    task.state === 'completed' || task.state === 'failed' || task.state === 'killed'
      ? '`/agent retry`, `/agent help`'
      : '`/agent kill` stops it';
  return `<sub>${facts.join(' · ')} · ${help}</sub>`;
}

function cost(agent: Agent): string[] {
  if (agent.usage.turns === 0) return [];
  const { turns, costUsd } = agent.usage;
  return [
    `${turns} ${turns === 1 ? 'turn' : 'turns'}`,
    `${totalTokens(agent.usage).toLocaleString('en-US')} tokens`,
    `$${costUsd.toFixed(2)}`,
  ];
}

/** A login in code, so that nobody is notified by every edit. */
function name(login: string): string {
  return `\`${login.replace(/[^\p{L}\p{N}_.[\]() -]/gu, '')}\``;
}
