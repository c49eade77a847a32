import { html } from 'hono/html';
import { totalTokens, type Limits } from '../../domain/agent.ts';
import type { Agent } from '../../store/agents.ts';
import { money, short, span } from '../words.ts';
import type { Html } from './html.ts';
import { gauge } from './tiles.ts';

interface Meter {
  readonly name: string;
  readonly used: number;
  readonly limit: number;
  readonly written: (value: number) => string;
}

/** What an agent has used up, against what it may. */
export function limitMeters(agent: Pick<Agent, 'usage' | 'startedAt' | 'endedAt'>, limits: Limits, now: Date): Html {
  const meters: readonly Meter[] = [
    { name: 'Money', used: agent.usage.costUsd, limit: limits.costUsd, written: money },
    { name: 'Turns', used: agent.usage.turns, limit: limits.turns, written: short },
    { name: 'Tokens', used: totalTokens(agent.usage), limit: limits.tokens, written: short },
    {
      name: 'Time',
      used: agent.startedAt ? (agent.endedAt ?? now).getTime() - agent.startedAt.getTime() : 0,
      limit: limits.wallSeconds * 1000,
      written: span,
    },
  ];
  return html`<dl class="meters">
    ${meters.map(
      ({ name, used, limit, written }) =>
        html`<div>
          <dt>${name}</dt>
          <dd>${written(used)} <small>of ${written(limit)}</small></dd>
          <dd class="bar-cell">${gauge(name, limit === 0 ? 0 : used / limit)}</dd>
        </div>`,
    )}
  </dl>`;
}
