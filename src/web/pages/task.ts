import { html } from 'hono/html';
import { EVENT_TYPES } from '../../domain/event.ts';
import { nameOf as placeNamed, type Task } from '../../domain/task.ts';
import { viewOf, type TaskView } from '../../report/view.ts';
import { diffOf, type Diff } from '../../store/diffs.ts';
import { readEvents } from '../../store/events.ts';
import { readSteps } from '../../store/steps.ts';
import { findTask } from '../../store/tasks.ts';
import { taskRow, type TaskRow } from '../../store/task-rows.ts';
import { gateAddress } from '../addresses.ts';
import type { Page } from '../layout.ts';
import { taskActions } from '../parts/action-links.ts';
import { fileDiffs } from '../parts/diff.ts';
import { gateList } from '../parts/gates.ts';
import type { Html } from '../parts/html.ts';
import { limitMeters } from '../parts/limits.ts';
import { statePill } from '../parts/state.ts';
import { nameOf } from '../parts/task-cell.ts';
import { subjectLine, taskFacts } from '../parts/task-facts.ts';
import { timeline } from '../parts/timeline.ts';
import { transcript } from '../parts/transcript.ts';
import { withCode } from '../parts/with-code.ts';
import type { PageServices } from '../services.ts';
import { storyOf } from '../../report/transcript-story.ts';
import type { Visitor } from '../session/visitor.ts';

const EVENTS_SHOWN = 500;
/** What the agent says and does is in its transcript. */
const TIMELINE = EVENT_TYPES.filter((type) => type !== 'agent.said' && type !== 'agent.tool');

/** Everything about one task. `from`: the transcript's step from which on it is shown; the script asks for what is new. */
export async function taskPage(services: PageServices, visitor: Visitor, id: string, from: number): Promise<Page | null> {
  const { db } = services;
  const [task, row] = await Promise.all([findTask(db, id), taskRow(db, visitor.scope, id)]);
  if (!task || !row) return null;
  const [view, diff, events] = await Promise.all([
    viewOf(db, task),
    row.agentId === null ? null : diffOf(db, row.agentId),
    readEvents(db, { after: 0, limit: EVENTS_SHOWN, taskId: id, types: TIMELINE }),
  ]);
  const content = html`<div class="head">
      <h1>${statePill(row)} ${nameOf(row)}</h1>
      ${taskActions(row, visitor, '')}
    </div>
    ${subjectLine(services.forges, task)} ${standing(view)}
    <div class="split" id="task">
      <div>
        ${gatesSection(view)} ${diffSection(diff, view)}
        <section id="said" aria-labelledby="said-title">
          <h2 id="said-title">Transcript</h2>
          ${await transcriptOf(services, view, from)}
        </section>
      </div>
      <aside aria-label="Facts">
        ${
          view.agent
            ? html`<h2>Used up</h2>
                ${limitMeters(view.agent, view.agent.limits ?? services.limits.agent, new Date())}`
            : ''
        }
        <h2>Facts</h2>
        ${taskFacts(services.forges, task, view.agent)}
        <h2>Timeline</h2>
        ${timeline(events)}
      </aside>
    </div>`;
  return { title: titleOf(row, task), under: '/', live: `taskId=${id}`, content };
}

function titleOf(row: TaskRow, { subject }: Task): string {
  return row.title === null ? nameOf(row) : `${row.title} · ${placeNamed(subject)}`;
}

/** Why it stands as it does, and what a person may do next. */
function standing({ task, stopping, unconfirmed, halt }: TaskView): Html {
  const { kill, stop } = stopping;
  if (task.outcome)
    return html`<div class="callout ${task.state}">
      <p>${withCode(task.outcome.message)}</p>
      ${task.outcome.nextStep ? html`<p class="note">${withCode(task.outcome.nextStep)}</p>` : ''}
    </div>`;
  if (kill)
    return html`<div class="callout stopping">
      <p>${kill.actor} asked to stop it at once: ${kill.reason}. Not yet confirmed${unconfirmed === null ? '.' : `: ${unconfirmed}`}</p>
    </div>`;
  if (stop) return html`<div class="callout stopping"><p>${stop.actor} asked it to wrap up: ${stop.reason}.</p></div>`;
  if (halt && task.state !== 'running') return html`<div class="callout"><p>It waits: this Signalbox is halted.</p></div>`;
  return html``;
}

function gatesSection({ task, agent, gates }: TaskView): Html {
  if (gates.length === 0 && task.purpose === 'work' && task.outcome === null) return html``;
  return html`<section id="gates" aria-labelledby="gates-title">
    <h2 id="gates-title">Gates</h2>
    ${
      gates.length === 0
        ? html`<div class="empty"><p>No gate has judged this: nothing came as far as that.</p></div>`
        : gateList(gates, (gate) => (agent ? gateAddress(agent.id, gate) : null))
    }
  </section>`;
}

function diffSection(diff: Diff | null, { task }: TaskView): Html {
  if (diff === null || diff.text === '') return html``;
  const isThere = task.headSha === diff.commit;
  return html`<section id="diff" aria-labelledby="diff-title">
    <h2 id="diff-title">${isThere ? 'What it published' : 'What it has changed'}</h2>
    ${fileDiffs(diff.text)} ${diff.truncated ? html`<p class="note">There is more than is shown here.</p>` : ''}
  </section>`;
}

async function transcriptOf({ db }: PageServices, { task, agent }: TaskView, from: number): Promise<Html> {
  if (task.purpose === 'gates') return html`<div class="empty"><p>The gates ran alone; no agent was asked for anything.</p></div>`;
  const steps = agent ? (await readSteps(db, agent.id)).map(({ step }) => step) : [];
  const parts = storyOf(steps.slice(from), from);
  if (parts.length === 0 && from === 0)
    return html`<ol class="transcript" id="transcript" data-grows data-next="0"></ol>
      <div class="empty"><p>The agent has not been told anything yet.</p></div>`;
  return transcript(parts, { next: Math.max(from, ...parts.map(({ step }) => step)), isOver: agent?.endedAt !== null });
}
