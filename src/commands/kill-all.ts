import { isOnForge } from '../domain/task.ts';
import { killAll as killAllOf, type KilledAll } from '../tasks/kill-all.ts';
import type { Command } from './command.ts';

export const killAll: Command = {
  name: 'kill-all',
  usage: 'kill-all [why]',
  summary: 'Stops every agent of this repository at once, and what waits to begin.',
  permission: 'maintain',
  async run({ db, subject, sender, route }, { args }) {
    const { forge, repository } = subject;
    const request = { actor: sender.login, route, reason: args.join(' ') || 'no reason given' };
    return { ok: true, reply: sentenceOf(await killAllOf(db, { forge, repository }, request)) };
  },
};

function sentenceOf({ killed, requested }: KilledAll): string {
  if (killed.length + requested.length === 0) return 'No agent is at work in this repository, and none waits.';
  const parts: string[] = [];
  if (requested.length > 0)
    parts.push(
      `${agents(requested)} at work ${requested.length === 1 ? 'was' : 'were'} asked to stop, and the status comment there says when that is confirmed`,
    );
  if (killed.length > 0) parts.push(`${agents(killed)} that had not begun ${killed.length === 1 ? 'is' : 'are'} over`);
  return `${parts.join('; ')}.`;
}

/** `2 agents (#3, #7)`. */
function agents(tasks: KilledAll['killed']): string {
  return `${tasks.length} ${tasks.length === 1 ? 'agent' : 'agents'} (${tasks.map((task) => (isOnForge(task) ? `#${task.number}` : 'without an issue')).join(', ')})`;
}
