import { html } from 'hono/html';
import type { Html } from './html.ts';

export interface Filter {
  readonly name: string;
  readonly label: string;
  readonly value: string | undefined;
  /** What there is to choose from; without it any text may be put in. */
  readonly options?: readonly string[];
  readonly example?: string;
}

/** The filters of a list. They are part of its address, so that what somebody sees can be sent to somebody else. */
export function filterForm(address: string, filters: readonly Filter[]): Html {
  const isFiltered = filters.some(({ value }) => value !== undefined && value !== '');
  return html`<form class="filters" action="${address}" role="search" aria-label="Filters">
    ${filters.map((filter) => html`<label>${filter.label} ${filter.options ? choice(filter, filter.options) : words(filter)}</label>`)}
    <button>Show</button>
    ${isFiltered ? html`<a href="${address}">Clear</a>` : ''}
  </form>`;
}

function choice({ name, value }: Filter, options: readonly string[]): Html {
  return html`<select name="${name}">
    <option value="">any</option>
    ${options.map((option) => html`<option ${option === value ? 'selected' : ''}>${option}</option>`)}
  </select>`;
}

function words({ name, value, example }: Filter): Html {
  return html`<input name="${name}" value="${value ?? ''}" placeholder="${example ?? ''}" autocomplete="off" spellcheck="false" />`;
}
