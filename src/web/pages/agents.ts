import { html } from 'hono/html';
import { spentToday } from '../../store/agents.ts';
import { liveTaskCounts } from '../../store/overview.ts';
import { newestTasks, tasksAtWork, tasksWaiting } from '../../store/task-rows.ts';
import type { Html } from '../parts/html.ts';
import { historyTable, waitingTable, workTable } from '../parts/task-tables.ts';
import { sharedLimit } from '../parts/shared-limit.ts';
import { tiles } from '../parts/tiles.ts';
import { agoCell } from '../parts/time.ts';
import type { Page } from '../layout.ts';
import type { PageServices } from '../services.ts';
import { may, type Visitor } from '../session/visitor.ts';
import { counted, money } from '../words.ts';

const WAITING_SHOWN = 5;
const LATELY_SHOWN = 15;

const NOBODY = html`<p>No agent is at work.</p>
  <p>Put the label <code>agent:worker</code> on an issue, or comment <code>/agent run</code> there, and one begins.</p>`;
const NOTHING_YET = html`<p>Nothing has ended yet. What agents made, and what it cost, is listed here.</p>`;

/** What is at work, what comes next, and what came of the last ones. */
export async function agentsPage({ db, limits }: PageServices, visitor: Visitor): Promise<Page> {
  const { scope } = visitor;
  const [atWork, waiting, lately, counts, spent] = await Promise.all([
    tasksAtWork(db, scope),
    tasksWaiting(db, scope, { limit: WAITING_SHOWN }),
    newestTasks(db, scope, { state: 'over' }, { limit: LATELY_SHOWN }),
    liveTaskCounts(db, scope),
    spentToday(db, scope),
  ]);
  const now = new Date();
  const content = html`<div class="head">
      <h1>Agents</h1>
      ${controls(visitor, atWork.length + counts.pending + counts.dispatched)}
    </div>
    ${tiles([
      {
        label: 'At work',
        value: `${counts.running}`,
        ...sharedLimit(scope, {
          note: `of ${limits.agents.overall} at once`,
          used: counts.running / limits.agents.overall,
          mayFill: true,
        }),
      },
      { label: 'Waiting', value: `${counts.pending + counts.dispatched}`, note: 'in the queue', address: '/queue' },
      {
        label: 'Spent in 24 hours',
        value: money(spent),
        ...sharedLimit(scope, {
          note: `of ${money(limits.dailyCostUsd.overall)}`,
          used: limits.dailyCostUsd.overall === 0 ? 0 : spent / limits.dailyCostUsd.overall,
        }),
      },
      { label: 'Last one', value: lately[0] ? agoCell(lately[0].updatedAt, now) : '–', note: lately[0] ? lately[0].state : 'none yet' },
    ])}
    <section id="at-work" aria-labelledby="at-work-title">
      <h2 id="at-work-title">At work</h2>
      ${workTable({ caption: 'Agents at work', rows: atWork, now, visitor, empty: NOBODY })}
    </section>
    <section id="next" aria-labelledby="next-title" ${waiting.length === 0 ? 'hidden' : ''}>
      <h2 id="next-title">Next <a class="more" href="/queue">${counted(counts.pending + counts.dispatched, 'task')} in the queue</a></h2>
      ${waitingTable({ caption: 'What waits, most urgent first', rows: waiting, now, visitor, empty: html`` })}
    </section>
    <section id="lately" aria-labelledby="lately-title">
      <h2 id="lately-title">Lately <a class="more" href="/history">all of them</a></h2>
      ${historyTable({ caption: 'Tasks that are over, newest first', rows: lately, now, empty: NOTHING_YET })}
    </section>`;
  return { title: 'Agents', under: '/', live: '', content };
}

function controls(visitor: Visitor, live: number): Html {
  if (!may(visitor, 'admin')) return html``;
  return html`<span class="actions">
    <a class="button" data-dialog href="/instance/halt">Halt…</a>
    ${live === 0 ? '' : html`<a class="button danger" data-dialog href="/instance/kill-all">Kill all…</a>`}
  </span>`;
}
