import { html } from 'hono/html';
import { queueMoves } from '../../store/figures.ts';
import { haltOf } from '../../store/facts.ts';
import { liveTaskCounts } from '../../store/overview.ts';
import { tasksWaiting } from '../../store/task-rows.ts';
import { listAddress } from '../addresses.ts';
import { readCursor, writeCursor } from '../cursor.ts';
import type { Page } from '../layout.ts';
import { queueChart } from '../charts/queue-chart.ts';
import type { Html } from '../parts/html.ts';
import { waitingTable } from '../parts/task-tables.ts';
import { sharedLimit } from '../parts/shared-limit.ts';
import { tiles } from '../parts/tiles.ts';
import type { PageServices } from '../services.ts';
import { may, type Visitor } from '../session/visitor.ts';

const SHOWN = 50;
const HOURS = 24;

/** What waits, most urgent first, and how much has waited. */
export async function queuePage({ db, queue, limits }: PageServices, visitor: Visitor, query: { after?: string }): Promise<Page> {
  const { scope } = visitor;
  const after = readCursor(query.after);
  const [rows, counts, stats, halt, moves] = await Promise.all([
    tasksWaiting(db, scope, { limit: SHOWN + 1, after }),
    liveTaskCounts(db, scope),
    queue.stats(),
    haltOf(db),
    queueMoves(db, scope, HOURS),
  ]);
  const now = new Date();
  const shown = rows.slice(0, SHOWN);
  const content = html`<div class="head">
      <h1>Queue</h1>
      ${controls(visitor, stats.paused, halt !== null)}
    </div>
    ${tiles([
      { label: 'Waiting', value: `${counts.pending}`, note: 'for a place' },
      { label: 'Handed out', value: `${counts.dispatched}`, note: 'and not begun yet' },
      {
        label: 'At work',
        value: `${counts.running}`,
        ...sharedLimit(scope, {
          note: `of ${limits.agents.overall} at once`,
          used: counts.running / limits.agents.overall,
          mayFill: true,
        }),
      },
      { label: 'Of one repository', value: `${limits.agents.perRepository}`, note: 'at once, at most' },
    ])}
    <section id="waiting" aria-labelledby="waiting-title">
      <h2 id="waiting-title">By priority</h2>
      ${waitingTable({ caption: 'What waits, most urgent first', rows: shown, now, visitor, empty: after ? PAST_THE_END : EMPTY })}
      ${rows.length > SHOWN ? html`<p class="pager"><a href="${listAddress('/queue', { after: writeCursor(shown.at(-1)!) })}">More</a></p>` : ''}
    </section>
    <section id="depth" aria-labelledby="depth-title">
      <h2 id="depth-title">The last ${HOURS} hours</h2>
      ${queueChart({ now, hours: HOURS, moves, waiting: counts.pending + counts.dispatched, atWork: counts.running })}
    </section>`;
  return { title: 'Queue', under: '/queue', live: '', content };
}

const EMPTY = html`<p>Nothing waits: whatever is asked for begins at once.</p>
  <p>When more is asked for than may run at a time, it waits here. <code>/agent run --priority 1</code> puts it first.</p>`;
const PAST_THE_END = html`<p>Nothing more waits behind that. <a href="/queue">From the beginning</a></p>`;

function controls(visitor: Visitor, paused: boolean, halted: boolean): Html {
  return html`<span class="actions">
    ${
      may(visitor, 'operator')
        ? html`<a class="button" data-dialog href="/instance/${paused ? 'resume' : 'pause'}">${paused ? 'Let it go on…' : 'Pause…'}</a>`
        : ''
    }
    ${
      may(visitor, 'admin')
        ? html`<a class="button" data-dialog href="/instance/${halted ? 'lift-halt' : 'halt'}">${halted ? 'Lift the halt…' : 'Halt…'}</a>`
        : ''
    }
  </span>`;
}
