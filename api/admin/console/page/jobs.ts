/**
 * Jobs by whatever an operator looks for; the filters stand in the address. What was found is counted by code, and can be
 * handed on to a bulk action as it is.
 */
import type { Answer } from './answers.ts';
import { Filters } from './filters.ts';
import { html } from './html.ts';
import { filtersOf, SINCE, searchOf } from './job-filters.ts';
import { JobTable } from './job-table.ts';
import { useLoad } from './load.ts';
import type { PageProps } from './pages.ts';
import { Page, ProblemNote } from './parts.ts';
import { hrefOf, type Place } from './route.ts';
import { count, plural } from './words.ts';

type Tally = Answer<'JobTally'>;

export function JobsPage({ place, stats }: PageProps) {
  const search = searchOf(place.query);
  const isText = Boolean(place.query.q);
  const tally = useLoad<Tally>(isText ? undefined : `GET jobs/counts?${search.slice(1)}`, 15_000);
  const actions = isText
    ? null
    : html`<a class="button" href=${hrefOf(['bulk'], place.query)}>Act on all of these …</a>`;
  return html`<${Page} title="Jobs" actions=${actions}>
    <${Filters} place=${place} filters=${filtersOf(place.query, stats.value?.models ?? [])} />
    ${tally.value && html`<${Found} tally=${tally.value} place=${place} />`}
    <${ProblemNote} problem=${tally.problem} />
    <${JobTable} search=${search} />
  </${Page}>`;
}

/** How many, and of which codes: each is a filter. */
function Found({ tally: { total, complete, codes, statuses }, place }: { tally: Tally; place: Place }) {
  const chips = codes.length > 0 ? codes : statuses;
  const name = codes.length > 0 ? 'code' : 'status';
  return html`<p class="found"><b>${complete ? plural(total, 'job') : `the newest ${plural(total, 'job')}`}</b>
    ${chips.map(({ name: value, count: n }) => html` <a class="chip" href=${hrefOf(place.path, { ...place.query, [name]: value })}>${value} <b>${count(n)}</b></a>`)}
    ${place.query.since && html`<span class="faint"> ${SINCE.find(([key]) => key === place.query.since)?.[1]}</span>`}</p>`;
}
