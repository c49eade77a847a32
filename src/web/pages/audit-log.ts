import { html } from 'hono/html';
import { z } from 'zod';
import { AUDIT_TYPES, type EventType } from '../../domain/event.ts';
import { nameOf } from '../../domain/task.ts';
import { readFeedBackwards, type FeedEvent } from '../../store/feed.ts';
import { listAddress, taskAddress } from '../addresses.ts';
import type { Page } from '../layout.ts';
import { eventWords } from '../parts/event-words.ts';
import { filterForm } from '../parts/filter-form.ts';
import type { Html } from '../parts/html.ts';
import { table } from '../parts/table.ts';
import { stampCell } from '../parts/time.ts';
import type { PageServices } from '../services.ts';
import type { Visitor } from '../session/visitor.ts';

const SHOWN = 100;

const KINDS: Readonly<Record<string, readonly EventType[]>> = {
  commands: AUDIT_TYPES.filter((type) => type.startsWith('command.')),
  refusals: ['command.refused'],
  stops: AUDIT_TYPES.filter((type) => /^task\.(kill|stop)/.test(type)),
  results: ['task.published', 'task.completed', 'task.failed'],
  instance: AUDIT_TYPES.filter((type) => /^(instance|queue|token)\./.test(type)),
};

export const AuditQuery = z.object({
  kind: z.string().optional(),
  who: z.string().max(100).optional().catch(undefined),
  repository: z.string().max(200).optional().catch(undefined),
  before: z.coerce.number().int().min(1).optional().catch(undefined),
});

export async function auditLogPage(
  { db }: PageServices,
  { scope }: Visitor,
  { before, ...query }: z.infer<typeof AuditQuery>,
): Promise<Page> {
  const filter = {
    scope,
    types: (query.kind === undefined ? undefined : KINDS[query.kind]) ?? AUDIT_TYPES,
    actor: query.who || undefined,
    repository: query.repository || undefined,
  };
  const entries = await readFeedBackwards(db, filter, { limit: SHOWN + 1, before });
  const shown = entries.slice(0, SHOWN);
  const isNarrowed = before !== undefined || Object.values(query).some((value) => value !== undefined && value !== '');
  const content = html`<h1>Audit log</h1>
    ${filterForm('/audit-log', [
      { name: 'kind', label: 'What', value: query.kind, options: Object.keys(KINDS) },
      { name: 'who', label: 'Who', value: query.who, example: 'as listed' },
      { name: 'repository', label: 'Repository', value: query.repository, example: 'owner/name' },
    ])}
    ${table({
      caption: 'Who asked for what, newest first',
      columns: [
        { label: 'Time (UTC)', kind: 'narrow' },
        { label: 'What', kind: 'main' },
        { label: 'Who' },
        { label: 'By' },
        { label: 'On' },
      ],
      rows: shown.map((entry) => [stampCell(entry.at), eventWords(entry), whoCell(entry), routeOf(entry), placeOf(entry)]),
      empty: isNarrowed
        ? html`<p>Nothing is like that. <a href="/audit-log">Show all</a></p>`
        : html`<p>Nobody has asked for anything yet. Every command, label, stop and halt is written down here, refused ones too.</p>`,
    })}
    ${
      entries.length > SHOWN
        ? html`<p class="pager"><a href="${listAddress('/audit-log', { ...query, before: shown.at(-1)!.seq })}">Older</a></p>`
        : ''
    }`;
  return { title: 'Audit log', under: '/audit-log', live: '', content };
}

function whoCell({ actor }: FeedEvent): Html | string {
  return actor === null ? '–' : html`<a href="${listAddress('/audit-log', { who: actor })}">${actor}</a>`;
}

function routeOf({ data }: FeedEvent): string {
  return typeof data['route'] === 'string' ? data['route'] : '–';
}

function placeOf({ taskId, repository, number }: FeedEvent): Html | string {
  const name = repository === null ? '–' : nameOf({ repository, number: number ?? 0 });
  return taskId === null ? name : html`<a href="${taskAddress(taskId)}">${name}</a>`;
}
