import { html } from 'hono/html';
import type { Html } from './html.ts';

export interface Column {
  readonly label: string;
  /** Numbers stand at the right; what is narrow takes no more than it needs. */
  readonly kind?: 'number' | 'narrow' | 'main';
  /** For readers of the screen alone: the column needs no words for the eye. */
  readonly silent?: boolean;
}

/**
 * A table that becomes a list of cards where the screen is narrow. The roles are said outright, because the fold takes them
 * away in some browsers. `empty` stands in its place when there are no rows.
 */
export function table(wish: {
  readonly caption: string;
  readonly columns: readonly Column[];
  readonly rows: readonly (readonly (Html | string | number)[])[];
  /** Names each row for ever: the script then knows it again. */
  readonly ids?: readonly string[];
  readonly empty: Html;
}): Html {
  if (wish.rows.length === 0) return html`<div class="empty">${wish.empty}</div>`;
  return html`<table role="table">
    <caption class="unseen">
      ${wish.caption}
    </caption>
    <thead role="rowgroup">
      <tr role="row">
        ${wish.columns.map(({ label, kind, silent }) =>
          silent
            ? html`<th role="columnheader" scope="col" class="${kind ?? ''}"><span class="unseen">${label}</span></th>`
            : html`<th role="columnheader" scope="col" class="${kind ?? ''}">${label}</th>`,
        )}
      </tr>
    </thead>
    <tbody role="rowgroup">
      ${wish.rows.map((cells, index) => row(wish.columns, cells, wish.ids?.[index]))}
    </tbody>
  </table>`;
}

function row(columns: readonly Column[], cells: readonly (Html | string | number)[], id: string | undefined): Html {
  return html`<tr role="row" ${id === undefined ? '' : html`id="${id}"`}>
    ${cells.map((content, index) => {
      const { kind, label, silent } = columns[index]!;
      return html`<td role="cell" class="${kind ?? ''}" data-label="${silent || kind === 'main' ? '' : label}">${content}</td>`;
    })}
  </tr>`;
}
