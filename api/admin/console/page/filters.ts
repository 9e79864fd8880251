/**
 * Filters of a list. They stand in the address, so that a view can be sent to a colleague and survives a reload.
 */
import { html } from './html.ts';
import { type Place, replace } from './route.ts';

export interface Filter {
  readonly name: string;
  readonly label: string;
  readonly choices?: readonly (string | readonly [value: string, label: string])[];
  readonly placeholder?: string;
  /** The one that `/` leads to. */
  readonly search?: boolean;
}

export function Filters({ place, filters }: { place: Place; filters: readonly Filter[] }) {
  const set = (name: string) => (event: Event) => {
    const { value } = event.currentTarget as HTMLInputElement | HTMLSelectElement;
    replace(place.path, { ...place.query, [name]: value.trim() });
  };
  const used = filters.some(({ name }) => place.query[name]);
  return html`<form class="filters" role="search" onSubmit=${(event: Event) => event.preventDefault()}>
    ${filters.map(filter => html`<${FilterField} key=${filter.name} filter=${filter} value=${place.query[filter.name] ?? ''} onChange=${set(filter.name)} />`)}
    ${used && html`<button type="button" class="quiet" onClick=${() => replace(place.path)}>Clear</button>`}
  </form>`;
}

function FilterField({ filter, value, onChange }: FilterFieldProps) {
  const { name, label, choices, placeholder, search } = filter;
  const id = `filter-${name}`;
  const known = choices?.map(choice => (typeof choice === 'string' ? ([choice, choice] as const) : choice));
  return html`<span class=${search ? 'filter grow' : 'filter'}>
    <label for=${id}>${label}</label>
    ${
      known
        ? html`<select id=${id} onChange=${onChange}>
          <option value="" selected=${value === ''}>any</option>
          ${known.map(([key, text]) => html`<option value=${key} selected=${key === value}>${text}</option>`)}
        </select>`
        : html`<input id=${id} type="search" data-search=${search} value=${value} placeholder=${placeholder} onChange=${onChange} spellcheck=${false} autocomplete="off" />`
    }
  </span>`;
}

interface FilterFieldProps {
  readonly filter: Filter;
  readonly value: string;
  readonly onChange: (event: Event) => void;
}
