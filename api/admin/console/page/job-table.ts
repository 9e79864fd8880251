/**
 * Jobs as lines of a table, newest first, with their pictures in small.
 */
import type { Answer } from './answers.ts';
import { html } from './html.ts';
import { usePages } from './lists.ts';
import { Foreign, More, Shown, State, Table, When } from './parts.ts';
import { hrefOf } from './route.ts';
import { count, seconds, shortId, usd } from './words.ts';

type Line = Answer<'AdminJobLine'>;
type Lines = Answer<'AdminJobPage'>;

const HEAD = ['Job', 'State', 'Style', 'For', '#Tries', '#Cost', '#Took', 'Submitted'];

/** `search` is what `searchOf` makes of filters. */
export function JobTable({ search }: { search: string }) {
  const list = usePages<Lines>(`jobs?limit=50${search}`, 5_000);
  return html`<${Shown} of=${list}>${(pages: readonly Lines[]) => html`
    <${Table} label="Jobs" head=${HEAD} rows=${pages.flatMap(({ jobs }) => jobs).map(rowOf)} empty="No job is like that." />
    <${More} cursor=${list.cursor} onMore=${list.more} />`}</${Shown}>`;
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
