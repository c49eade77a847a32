import { html } from 'hono/html';
import { totalTokens } from '../../domain/agent.ts';
import type { TaskRow } from '../../store/task-rows.ts';
import type { Visitor } from '../session/visitor.ts';
import { money, short } from '../words.ts';
import { taskActions } from './action-links.ts';
import type { Html } from './html.ts';
import { statePill } from './state.ts';
import { table, type Column } from './table.ts';
import { nameOf, taskCell } from './task-cell.ts';
import { agoCell, spanCell } from './time.ts';

const STATE: Column = { label: 'State', kind: 'narrow' };
const TASK: Column = { label: 'Task', kind: 'main' };
const TOKENS: Column = { label: 'Tokens', kind: 'number' };
const COST: Column = { label: 'Cost', kind: 'number' };
const ACTIONS: Column = { label: 'Actions', kind: 'narrow', silent: true };

interface Wish {
  readonly caption: string;
  readonly rows: readonly TaskRow[];
  readonly now: Date;
  readonly empty: Html;
}

export function workTable({ rows, now, visitor, ...rest }: Wish & { readonly visitor: Visitor }): Html {
  return table({
    ...rest,
    ids: rows.map(({ id }) => `task-${id}`),
    columns: [
      STATE,
      TASK,
      { label: 'Doing' },
      { label: 'Age', kind: 'number' },
      TOKENS,
      COST,
      { label: 'Worker', kind: 'narrow' },
      ACTIONS,
    ],
    rows: rows.map((task) => [
      statePill(task),
      taskCell(task),
      task.step ?? 'starting',
      spanCell(task.spawnedAt ?? task.updatedAt, now),
      ...used(task),
      html`<span class="worker" title="${task.worker ?? ''}">${workerName(task.worker)}</span>`,
      taskActions(task, visitor, nameOf(task)),
    ]),
  });
}

export function waitingTable({ rows, now, visitor, ...rest }: Wish & { readonly visitor: Visitor }): Html {
  return table({
    ...rest,
    ids: rows.map(({ id }) => `task-${id}`),
    columns: [{ label: 'Priority', kind: 'narrow' }, TASK, STATE, { label: 'Waits for', kind: 'number' }, ACTIONS],
    rows: rows.map((task) => [
      html`<span class="priority">${task.priority}</span>`,
      taskCell(task),
      statePill(task),
      spanCell(task.createdAt, now),
      taskActions(task, visitor, nameOf(task)),
    ]),
  });
}

export function historyTable({ rows, now, ...rest }: Wish): Html {
  return table({
    ...rest,
    ids: rows.map(({ id }) => `task-${id}`),
    columns: [
      STATE,
      TASK,
      { label: 'What came of it' },
      { label: 'Took', kind: 'number' },
      TOKENS,
      COST,
      { label: 'Asked for', kind: 'number' },
    ],
    rows: rows.map((task) => [
      statePill(task),
      taskCell(task),
      task.outcome?.message ?? task.step ?? '–',
      task.spawnedAt ? spanCell(task.spawnedAt, task.endedAt ?? now) : '–',
      ...used(task),
      agoCell(task.createdAt, now),
    ]),
  });
}

function used({ usage }: TaskRow): [string, string] {
  return usage ? [short(totalTokens(usage)), money(usage.costUsd)] : ['–', '–'];
}

/** Machine and process; the rest of a worker's name tells two lives of one process number apart. */
function workerName(worker: string | null): string {
  return worker?.split('/').slice(0, 2).join('/') ?? '–';
}
