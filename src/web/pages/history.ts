import { html } from 'hono/html';
import { z } from 'zod';
import { AGENT_TYPES, TASK_STATES } from '../../domain/task.ts';
import { newestTasks } from '../../store/task-rows.ts';
import { listAddress } from '../addresses.ts';
import { readCursor, writeCursor } from '../cursor.ts';
import type { Page } from '../layout.ts';
import { filterForm } from '../parts/filter-form.ts';
import { historyTable } from '../parts/task-tables.ts';
import type { PageServices } from '../services.ts';
import type { Visitor } from '../session/visitor.ts';

const SHOWN = 50;

const STATES = [...TASK_STATES, 'over'] as const;

/** What does not fit counts as left out: an address that was typed wrong shows more, not nothing. */
export const HistoryQuery = z.object({
  state: z.enum(STATES).optional().catch(undefined),
  repository: z.string().max(200).optional().catch(undefined),
  type: z.enum(AGENT_TYPES).optional().catch(undefined),
  by: z.string().max(100).optional().catch(undefined),
  after: z.string().max(100).optional().catch(undefined),
});
export type HistoryQuery = z.infer<typeof HistoryQuery>;

/** Every task, newest first. */
export async function historyPage({ db }: PageServices, { scope }: Visitor, { after: from, ...query }: HistoryQuery): Promise<Page> {
  const after = readCursor(from);
  const filter = {
    state: query.state,
    repository: query.repository || undefined,
    agentType: query.type,
    requestedBy: query.by || undefined,
  };
  const rows = await newestTasks(db, scope, filter, { limit: SHOWN + 1, after });
  const shown = rows.slice(0, SHOWN);
  const isFiltered = Object.values(filter).some((value) => value !== undefined);
  const content = html`<h1>History</h1>
    ${filterForm('/history', [
      { name: 'state', label: 'State', value: query.state, options: STATES },
      { name: 'repository', label: 'Repository', value: query.repository, example: 'owner/name' },
      { name: 'type', label: 'Agent', value: query.type, options: AGENT_TYPES },
      { name: 'by', label: 'Asked by', value: query.by, example: 'login' },
    ])}
    ${historyTable({
      caption: 'Tasks, newest first',
      rows: shown,
      now: new Date(),
      empty: isFiltered || after ? html`<p>No task is like that. <a href="/history">Show all</a></p>` : NONE,
    })}
    ${
      rows.length > SHOWN
        ? html`<p class="pager"><a href="${listAddress('/history', { ...query, after: writeCursor(shown.at(-1)!) })}">Older</a></p>`
        : ''
    }`;
  return { title: 'History', under: '/history', live: '', content };
}

const NONE = html`<p>Nobody has asked for anything yet.</p>
  <p>Put the label <code>agent:worker</code> on an issue, or comment <code>/agent run</code> there.</p>`;
