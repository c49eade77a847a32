import { html } from 'hono/html';
import type { Db } from '../store/database.ts';
import { findAgent } from '../store/agents.ts';
import { nameOf } from '../domain/task.ts';
import { readSteps } from '../store/steps.ts';
import { findTask } from '../store/tasks.ts';
import { page } from './page.ts';
import { storyOf, type StoryPart } from '../report/transcript-story.ts';

const ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** What an agent was told, said and did. Whoever has the link, which nobody can guess, may read it. */
export async function transcriptPage(db: Db, agentId: string): Promise<Response> {
  const agent = ID.test(agentId) ? await findAgent(db, agentId) : null;
  const task = agent ? await findTask(db, agent.taskId) : null;
  if (!agent || !task) return page(404, 'No such agent', html`<p>There is no agent of that id here.</p>`);
  const steps = await readSteps(db, agentId);
  const title = nameOf(task.subject);
  const state = html`<p class="state">
    ${agent.state} · ${agent.model} · ${agent.usage.turns} turns · $${agent.usage.costUsd.toFixed(2)}${agent.step ? ` · ${agent.step}` : ''}
  </p>`;
  const story = storyOf(steps.map(({ step }) => step));
  const empty = html`<p>The agent has not been told anything yet. This page does not refresh itself.</p>`;
  return page(200, title, html`${state}${story.length === 0 ? empty : story.map(partOf)}`);
}

function partOf(part: StoryPart) {
  if (part.folded)
    return html`<details class="${part.who}">
      <summary>${part.title}</summary>
      <pre>${part.text}</pre>
    </details>`;
  return html`<section class="${part.who}">
    <h2>${part.title}</h2>
    <pre>${part.text}</pre>
  </section>`;
}
