import { html } from 'hono/html';
import type { Db } from '../store/database.ts';
import { findAgent } from '../store/agents.ts';
import { gatesOf } from '../store/gates.ts';
import { readSteps } from '../store/steps.ts';
import { findTask } from '../store/tasks.ts';
import { gateAddress, taskAddress } from './addresses.ts';
import { pageResponse } from './answer.ts';
import { publicPage } from './layout.ts';
import { messagePage } from './pages/message.ts';
import { gateList } from './parts/gates.ts';
import { transcript } from './parts/transcript.ts';
import { storyOf } from '../report/transcript-story.ts';
import { money } from './words.ts';

const ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** What an agent was told, said and did. Whoever has the link, which nobody can guess, may read it. */
export async function transcriptPage(db: Db, agentId: string): Promise<Response> {
  const agent = ID.test(agentId) ? await findAgent(db, agentId) : null;
  const task = agent ? await findTask(db, agent.taskId) : null;
  if (!agent || !task) return pageResponse(await publicPage(messagePage('No such agent', 'There is no agent of that id here.')), 404);
  const [steps, gates] = await Promise.all([readSteps(db, agentId), gatesOf(db, task.id)]);
  const title = `${task.subject.repository}#${task.subject.number}`;
  const parts = storyOf(steps.map(({ step }) => step));
  const content = html`<h1>${title}</h1>
    <p class="about">
      ${agent.state} · ${agent.model} · ${agent.usage.turns} turns · ${money(agent.usage.costUsd)}${agent.step ? ` · ${agent.step}` : ''} ·
      <a href="${taskAddress(task.id)}">the whole task</a>
    </p>
    ${
      gates.length === 0
        ? ''
        : html`<h2>Gates</h2>
            ${gateList(gates, (gate) => gateAddress(agentId, gate))}`
    }
    <h2>Transcript</h2>
    ${
      parts.length === 0
        ? html`<div class="empty"><p>The agent has not been told anything yet. This page does not refresh itself.</p></div>`
        : transcript(parts, { next: 0, isOver: agent.endedAt !== null })
    }`;
  return pageResponse(await publicPage({ title, content }));
}
