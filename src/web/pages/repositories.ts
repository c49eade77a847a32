import { html } from 'hono/html';
import { z } from 'zod';
import { listRepositories, successRate, type RepositoryCursor, type RepositoryRow } from '../../store/repositories.ts';
import { listAddress, repositoryAddress } from '../addresses.ts';
import type { Page } from '../layout.ts';
import { table } from '../parts/table.ts';
import { agoCell } from '../parts/time.ts';
import type { PageServices } from '../services.ts';
import type { Visitor } from '../session/visitor.ts';
import { money, percent } from '../words.ts';

const SHOWN = 50;

export const RepositoriesQuery = z.object({
  at: z.coerce.number().int().min(0).max(8.64e15).optional().catch(undefined),
  forge: z.string().optional(),
  repository: z.string().optional(),
});

/** Every repository that somebody has asked for an agent in. */
export async function repositoriesPage({ db }: PageServices, { scope }: Visitor, query: z.infer<typeof RepositoriesQuery>): Promise<Page> {
  const rows = await listRepositories(db, scope, { limit: SHOWN + 1, after: cursorOf(query) });
  const shown = rows.slice(0, SHOWN);
  const now = new Date();
  const content = html`<h1>Repositories</h1>
    ${table({
      caption: 'Repositories, the most recently used first; figures of the last 30 days',
      columns: [
        { label: 'Repository', kind: 'main' },
        { label: 'Live', kind: 'number' },
        { label: 'Completed', kind: 'number' },
        { label: 'Failed', kind: 'number' },
        { label: 'Killed', kind: 'number' },
        { label: 'Success', kind: 'number' },
        { label: 'Spent', kind: 'number' },
        { label: 'Last task', kind: 'number' },
      ],
      rows: shown.map((row) => [
        html`<a class="subject" href="${repositoryAddress(row)}">${row.repository}</a> <span class="about">${row.forge}</span>`,
        row.live,
        row.completed,
        row.failed,
        row.killed,
        rateOf(row),
        money(row.costUsd),
        agoCell(row.newestAt, now),
      ]),
      empty: html`<p>No repository has had an agent yet.</p>
        <p>Install the GitHub App on one, make a label <code>agent:worker</code> there, and put it on an issue.</p>`,
    })}
    ${rows.length > SHOWN ? html`<p class="pager"><a href="${nextAddress(shown.at(-1)!)}">More</a></p>` : ''}
    <p class="note">Figures are those of the last 30 days. Success counts what completed among what completed or failed.</p>`;
  return { title: 'Repositories', under: '/repositories', live: '', content };
}

export function rateOf(row: Parameters<typeof successRate>[0]): string {
  const rate = successRate(row);
  return rate === null ? '–' : percent(rate);
}

function cursorOf({ at, forge, repository }: z.infer<typeof RepositoriesQuery>): RepositoryCursor | null {
  return at === undefined || forge === undefined || repository === undefined ? null : { newestAt: new Date(at), forge, repository };
}

function nextAddress({ newestAt, forge, repository }: RepositoryRow): string {
  return listAddress('/repositories', { at: newestAt.getTime(), forge, repository });
}
