/**
 * Jobs by whatever an operator looks for; the filters stand in the address. What was found is counted by code, and can be
 * handed on to a bulk action as it is.
 */
import type { Answer } from './answers.ts';
import { Filters } from './filters.ts';
import { html } from './html.ts';
import { filtersOf, SINCE, searchOf } from './job-filters.ts';
import { usePages } from './lists.ts';
import { useLoad } from './load.ts';
import type { PageProps } from './pages.ts';
import { Foreign, More, Page, ProblemNote, Shown, State, Table, When } from './parts.ts';
import { hrefOf, type Place } from './route.ts';
import { count, plural, seconds, shortId, usd } from './words.ts';

type Line = Answer<'AdminJobLine'>;
type Lines = Answer<'AdminJobPage'>;
type Tally = Answer<'JobTally'>;

export function JobsPage({ place, stats }: PageProps) {
  const search = searchOf(place.query);
  const list = usePages<Lines>(`jobs?limit=50${search}`);
  const isText = Boolean(place.query.q);
  const tally = useLoad<Tally>(isText ? undefined : `GET jobs/counts?${search.slice(1)}`, 15_000);
  const actions = isText
    ? null
    : html`<a class="button" href=${hrefOf(['bulk'], place.query)}>Act on all of these …</a>`;
  return html`<${Page} title="Jobs" actions=${actions}>
    <${Filters} place=${place} filters=${filtersOf(place.query, stats.value?.models ?? [])} />
    ${tally.value && html`<${Found} tally=${tally.value} place=${place} />`}
    <${ProblemNote} problem=${tally.problem} />
    <${Shown} of=${list}>${(pages: readonly Lines[]) => html`
      <${Table} label="Jobs" head=${['Job', 'State', 'Style', 'For', '#Tries', '#Cost', '#Took', 'Submitted']} rows=${pages.flatMap(({ jobs }) => jobs).map(rowOf)} empty="No job is like that." />
      <${More} cursor=${list.cursor} onMore=${list.more} />`}</${Shown}>
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

function rowOf(job: Line) {
  const {
    id,
    status,
    code,
    style,
    model,
    customerId,
    customId,
    attempts,
    costUsd,
    createdAt,
    startedAt,
    finishedAt,
    reused,
  } = job;
  const took = finishedAt && Date.parse(finishedAt) - Date.parse(startedAt ?? createdAt);
  return {
    key: id,
    dim: job.erasedAt !== undefined,
    cells: [
      html`<a class="job" href=${hrefOf(['jobs', id])}><${Thumbnail} job=${job} /><code>${shortId(id)}</code></a>`,
      html`<${State} of=${status} />${job.cancelRequested && !job.done ? ' (ending)' : ''}<br /><span class="faint">${code ?? (reused ? 'was there already' : '')}</span>`,
      html`${style ? html`<${Foreign} text=${style} />` : 'own words'}<br /><span class="faint">${model}</span>`,
      html`<${Foreign} text=${customerId ?? 'a session'} />${customId && html`<br /><span class="faint"><${Foreign} text=${customId} /></span>`}`,
      count(attempts),
      usd(costUsd),
      took === undefined || took === '' ? '–' : seconds(Number(took)),
      html`<${When} at=${createdAt} />`,
    ],
  };
}

function Thumbnail({ job: { id, status, erasedAt } }: { job: Line }) {
  if (status !== 'succeeded' || erasedAt !== undefined) return html`<span class="thumbnail" aria-hidden="true"></span>`;
  return html`<img class="thumbnail" src=${`v1/jobs/${id}/output?variant=preview`} alt="" loading="lazy" width="40" height="40" />`;
}
