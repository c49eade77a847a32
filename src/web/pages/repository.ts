import { html } from 'hono/html';
import { spentToday } from '../../store/agents.ts';
import { pullTimesPerDay, spendPerDay } from '../../store/figures.ts';
import { repositoryRow, type RepositoryRow } from '../../store/repositories.ts';
import type { Place } from '../../store/scope.ts';
import { newestTasks } from '../../store/task-rows.ts';
import { isAllowed } from '../actions/allowed.ts';
import { killAllThere } from '../actions/kill-all.ts';
import { actionAddress, listAddress, repositoryAddress } from '../addresses.ts';
import { dayCharts } from '../charts/day-charts.ts';
import { readCursor, writeCursor } from '../cursor.ts';
import type { Page } from '../layout.ts';
import type { Html } from '../parts/html.ts';
import { historyTable } from '../parts/task-tables.ts';
import { tiles } from '../parts/tiles.ts';
import type { PageServices } from '../services.ts';
import type { Visitor } from '../session/visitor.ts';
import { money } from '../words.ts';
import { rateOf } from './repositories.ts';

const SHOWN = 25;
const DAYS = 30;

/** What agents did in one repository; null: nobody has asked for one there, or it is not theirs to see. */
export async function repositoryPage(
  { db, limits }: PageServices,
  visitor: Visitor,
  of: Place,
  query: { after?: string },
): Promise<Page | null> {
  const row = await repositoryRow(db, visitor.scope, of);
  if (!row) return null;
  const after = readCursor(query.after);
  const [rows, spend, times, spent] = await Promise.all([
    newestTasks(db, [of], {}, { limit: SHOWN + 1, after }),
    spendPerDay(db, [of], DAYS),
    pullTimesPerDay(db, [of], DAYS),
    spentToday(db, [of]),
  ]);
  const shown = rows.slice(0, SHOWN);
  const content = html`<div class="head">
      <h1>${of.repository}</h1>
      ${
        isAllowed(visitor, killAllThere, of) && row.live > 0
          ? html`<span class="actions"><a class="button danger" data-dialog href="${actionAddress(of)}/kill-all">Kill all here…</a></span>`
          : ''
      }
    </div>
    ${figures(row, spent, limits.dailyCostUsd.repository)}
    <div class="pair">${dayCharts(spend, times)}</div>
    <section id="history" aria-labelledby="history-title">
      <h2 id="history-title">History</h2>
      ${historyTable({ caption: 'Tasks, newest first', rows: shown, now: new Date(), empty: html`<p>Nothing more.</p>` })}
      ${rows.length > SHOWN ? html`<p class="pager"><a href="${older(of, writeCursor(shown.at(-1)!))}">Older</a></p>` : ''}
    </section>`;
  return { title: of.repository, under: '/repositories', live: new URLSearchParams({ ...of }).toString(), content };
}

function figures(row: RepositoryRow, spent: number, dailyLimit: number): Html {
  return tiles([
    { label: 'Success', value: rateOf(row), note: `${row.completed} of ${row.completed + row.failed} in ${DAYS} days` },
    { label: 'Live', value: `${row.live}`, note: 'waiting or at work' },
    { label: `Spent in ${DAYS} days`, value: money(row.costUsd) },
    { label: 'Spent in 24 hours', value: money(spent), note: `of ${money(dailyLimit)}`, used: dailyLimit === 0 ? 0 : spent / dailyLimit },
  ]);
}

function older(of: Place, after: string): string {
  return listAddress(repositoryAddress(of), { after });
}
