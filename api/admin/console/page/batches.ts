/**
 * Batches, many pictures wanted at once: those of a shop, and one of them with its jobs.
 */
import type { Answer, Batch } from './answers.ts';
import { Filters } from './filters.ts';
import { html } from './html.ts';
import { JobTable } from './job-table.ts';
import { usePages } from './lists.ts';
import { useLoad } from './load.ts';
import type { PageProps } from './pages.ts';
import { Copy, Foreign, More, Page, Shown, State, Table, When } from './parts.ts';
import { hrefOf, queryOf } from './route.ts';
import { count, percent, plural, shortId, usd } from './words.ts';

type Lines = Answer<'AdminBatchPage'>;
type Line = Lines['batches'][number];

export function BatchesRoute(props: PageProps) {
  return props.place.path[1] === undefined ? html`<${BatchesPage} ...${props} />` : html`<${BatchPage} ...${props} />`;
}

function BatchesPage({ place }: PageProps) {
  const list = usePages<Lines>(`batches?limit=50${queryOf(place.query, ['shop'])}`);
  return html`<${Page} title="Batches">
    <${Filters} place=${place} filters=${[{ name: 'shop', label: 'Shop', placeholder: 'default', search: true }]} />
    <${Shown} of=${list}>${(pages: readonly Lines[]) => html`
      <${Table} label="Batches" head=${['Batch', 'Kind', 'Lane', '#Jobs', 'customId', 'Submitted']} rows=${pages.flatMap(({ batches }) => batches).map(rowOf)} empty="This shop has submitted no batch." />
      <${More} cursor=${list.cursor} onMore=${list.more} />`}</${Shown}>
  </${Page}>`;
}

function rowOf({ id, kind, lane, total, customId, createdAt, cancelRequested }: Line) {
  return {
    key: id,
    dim: cancelRequested === true,
    cells: [
      html`<a href=${hrefOf(['batches', id])}><code>${shortId(id)}</code></a>`,
      `${kind}${cancelRequested ? ', given up' : ''}`,
      lane,
      count(total),
      html`<${Foreign} text=${customId} />`,
      html`<${When} at=${createdAt} />`,
    ],
  };
}

const ENDS = ['succeeded', 'running', 'queued', 'blocked', 'failed', 'expired', 'canceled'] as const;

function BatchPage({ place }: PageProps) {
  const id = place.path[1] ?? '';
  const batch = useLoad<Batch>(`GET /v1/batches/${encodeURIComponent(id)}`, 3_000);
  return html`<${Page} title="Batch">
    <${Shown} of=${batch}>${(whole: Batch) => html`
      <p class="headline"><${Copy} text=${whole.id} /> <${State} of=${whole.status} />
        <span class="faint">${whole.lane} lane, shop ${whole.shop}, submitted <${When} at=${whole.createdAt} /></span></p>
      <${Standing} batch=${whole} />`}</${Shown}>
    <${JobTable} search=${`&batchId=${encodeURIComponent(id)}`} />
  </${Page}>`;
}

function Standing({ batch: { id, counts, costUsd, customId, finishedAt } }: { batch: Batch }) {
  const ended = counts.total - counts.queued - counts.running;
  return html`<section class="card" aria-labelledby="standing">
    <h2 id="standing">${count(ended)} of ${plural(counts.total, 'job')} ended, ${percent(ended, counts.total)}</h2>
    <progress max=${Math.max(1, counts.total)} value=${ended} aria-labelledby="standing"></progress>
    <p>${ENDS.filter(status => counts[status] > 0).map(status => html`<a class="chip" href=${hrefOf(['jobs'], { batchId: id, status })}><${State} of=${status} /> <b>${count(counts[status])}</b></a> `)}
      <span class="faint">${costUsd === undefined ? '' : `${usd(costUsd)} so far`} ${finishedAt && html`ended <${When} at=${finishedAt} />`}</span></p>
    ${customId && html`<p>customId <${Foreign} text=${customId} /></p>`}
  </section>`;
}
