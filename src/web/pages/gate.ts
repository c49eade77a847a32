import { html } from 'hono/html';
import { nameOf } from '../../domain/task.ts';
import { findAgent } from '../../store/agents.ts';
import type { Db } from '../../store/database.ts';
import { gatesOf } from '../../store/gates.ts';
import { findTask } from '../../store/tasks.ts';
import { agentAddress } from '../addresses.ts';
import type { Page } from '../layout.ts';
import { gateBody, gatePill, toneOf } from '../parts/gates.ts';

/** One gate with everything it said, for whoever has the link; null: there is no such thing. */
export async function gatePage(db: Db, agentId: string, name: string): Promise<Page | null> {
  const agent = await findAgent(db, agentId);
  const task = agent && (await findTask(db, agent.taskId));
  const gate = agent && (await gatesOf(db, agent.taskId)).find((one) => one.gate === name);
  if (!task || !gate) return null;
  const place = nameOf(task.subject);
  const content = html`<h1>${gatePill(gate.state)} ${gate.gate}</h1>
    <p class="about">${place} · <a href="${agentAddress(agentId)}">transcript of the agent</a></p>
    ${gate.summary === '' ? '' : html`<div class="callout ${toneOf(gate.state)}"><p>${gate.summary}</p></div>`} ${gateBody(gate, null)}`;
  return { title: `${gate.gate} · ${place}`, content };
}
