/**
 * One job, whole: its pictures, what was tried and what it cost, what happened when, and what can be done about it.
 */
import type { Answer } from './answers.ts';
import { html } from './html.ts';
import { JobActions } from './job-actions.ts';
import { useLoad } from './load.ts';
import type { PageProps } from './pages.ts';
import { Copy, Foreign, Page, Shown, State, Table, When } from './parts.ts';
import { hrefOf } from './route.ts';
import { bytes, clock, exactClock, seconds, usd } from './words.ts';

const PROMPT_SHOWN = 120;

export type WholeJob = Answer<'AdminJob'>;

export function JobPage({ place, stats }: PageProps) {
  const id = place.path[1] ?? '';
  const job = useLoad<WholeJob>(`GET jobs/${encodeURIComponent(id)}`, 3_000);
  const actions = job.value && html`<${JobActions} job=${job.value} models=${stats.value?.models ?? []} />`;
  return html`<${Page} title="Job" actions=${actions}>
    <${Shown} of=${job}>${(whole: WholeJob) => html`
      <p class="headline"><${Copy} text=${whole.id} /> <${State} of=${whole.status} /> ${whole.cancelRequested && !whole.done && html`<span class="tag">ending</span>`}
        ${whole.erasedAt && html`<span class="tag">erased <${When} at=${whole.erasedAt} /></span>`}</p>
      <${Failure} job=${whole} />
      <${Pictures} job=${whole} />
      <div class="columns"><${Facts} job=${whole} /><${Timeline} job=${whole} /></div>
      <${Ledger} job=${whole} />`}</${Shown}>
  </${Page}>`;
}

function Failure({ job: { error, retry, done, status } }: { job: WholeJob }) {
  if (!done || status === 'succeeded') return null;
  return html`${error && html`<p class="note bad"><strong>${error.code}</strong> ${error.detail} <span class="faint">The shopper reads: ${error.message}</span></p>`}
    ${!retry.possible && html`<p class="faint">It cannot be tried again: ${retry.why}.</p>`}`;
}

function Pictures({ job: { input, output } }: { job: WholeJob }) {
  return html`<div class="pictures">
    <figure>${input ? html`<a href=${input.url} target="_blank" rel="noreferrer"><img src=${input.url} alt="The photo as it was sent" /></a>` : html`<p class="empty">The photo is not kept.</p>`}
      <figcaption class="faint">Photo${input && html` · ${input.contentType}, ${bytes(input.bytes)}`}</figcaption></figure>
    <figure>${output ? html`<a href=${output.url} target="_blank" rel="noreferrer"><img src=${output.previewUrl} alt="The picture" /></a>` : html`<p class="empty">No picture.</p>`}
      <figcaption class="faint">Picture${output && html` · ${output.width} × ${output.height}, ${bytes(output.bytes)}, kept until ${clock(output.expiresAt)}`}</figcaption></figure>
  </div>`;
}

function Facts({ job }: { job: WholeJob }) {
  const {
    shop,
    lane,
    style,
    styleVersion,
    trial,
    model,
    options,
    run,
    costUsd,
    charge,
    customerId,
    session,
    batchId,
    customId,
    metadata = {},
    prompt,
  } = job;
  const facts: readonly (readonly [string, unknown])[] = [
    ['Shop', html`<a href=${hrefOf(['jobs'], { shop })}>${shop}</a>, ${lane} lane`],
    [
      'Style',
      style
        ? html`<a href=${hrefOf(['jobs'], { style })}>${style}</a> ${styleVersion === undefined ? 'as its draft was' : `version ${styleVersion}`}${trial && html`, a trial of <${Foreign} text=${trial.by} />`}`
        : 'own words',
    ],
    [
      'Model',
      `${model}, ${options.size} ${options.aspectRatio}${options.variation > 0 ? `, variation ${options.variation}` : ''}`,
    ],
    ['Prompt', html`<${Prompt} text=${prompt} />`],
    [
      'Customer',
      customerId
        ? html`<a href=${hrefOf(['jobs'], { customerId, shop })}><${Foreign} text=${customerId} /></a>`
        : html`<span class="faint">${session ? `session ${session}` : 'the shop itself'}</span>`,
    ],
    ['Cost', `${usd(costUsd)}; the shopper's picture is ${charge}`],
    ['Run', `${run}, deadline ${clock(job.deadlineAt)}`],
    ...(job.retryAt ? [['Tries again', html`<${When} at=${job.retryAt} />`] as const] : []),
    ...(batchId ? [['Batch', html`<a href=${hrefOf(['batches', batchId])}>${batchId}</a>`] as const] : []),
    ...(customId ? [['customId', html`<${Foreign} text=${customId} />`] as const] : []),
    ...(job.webhookUrl
      ? [
          [
            'Webhook',
            html`<${Foreign} text=${job.webhookUrl} /> <a href=${hrefOf(['webhooks'], { jobId: job.id })}>deliveries</a>`,
          ] as const,
        ]
      : []),
    ...(job.pending.length > 0 ? [['Still to do', job.pending.join(', ')] as const] : []),
    ...Object.entries(metadata).map(
      ([name, value]) => [html`<${Foreign} text=${name} />`, html`<${Foreign} text=${value} />`] as never,
    ),
  ];
  return html`<section class="card" aria-labelledby="facts"><h2 id="facts">What was asked</h2>
    <dl class="facts">${facts.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl></section>`;
}

/** The styles' own are pages long, and always the same. */
function Prompt({ text }: { text?: string | undefined }) {
  if (text === undefined || text.length <= PROMPT_SHOWN) return html`<${Foreign} text=${text} />`;
  return html`<details><summary><${Foreign} text=${`${text.slice(0, PROMPT_SHOWN)} …`} /></summary><${Foreign} text=${text} /></details>`;
}

function Timeline({ job: { timeline } }: { job: WholeJob }) {
  return html`<section class="card" aria-labelledby="timeline"><h2 id="timeline">What happened</h2>
    <ol class="timeline">${timeline.map(
      (
        { at, what, detail },
        index,
      ) => html`<li><time datetime=${at} title=${`${clock(at)} · ${at}`}>${exactClock(at)}</time>
        <span class="faint">${gap(timeline[index - 1]?.at, at)}</span> <span><b>${what}</b> <${Detail} text=${detail} /></span></li>`,
    )}</ol></section>`;
}

function Detail({ text }: { text?: string | undefined }) {
  return text === undefined || text === '' ? null : html`<${Foreign} text=${text} />`;
}

function gap(before: string | undefined, at: string): string {
  return before === undefined ? '' : `+${seconds(Date.parse(at) - Date.parse(before))}`;
}

function Ledger({ job: { attemptRows } }: { job: WholeJob }) {
  const rows = attemptRows.map(row => ({
    key: String(row.fence),
    dim: !row.counted,
    cells: [
      `${row.run} · ${row.fence}`,
      row.model,
      html`${row.outcome ?? html`<${State} of="running" />`}${row.counted ? '' : html` <span class="tag" title="The provider was down for everybody">not counted</span>`}`,
      html`<${Foreign} text=${[row.providerCode, row.detail].filter(Boolean).join(': ')} />`,
      row.endedAt ? seconds(Date.parse(row.endedAt) - Date.parse(row.startedAt)) : '–',
      row.costUsd === undefined ? `about ${usd(row.estimateUsd)}` : usd(row.costUsd),
      row.billed ?? '–',
      html`<${When} at=${row.startedAt} />`,
    ],
  }));
  return html`<section aria-labelledby="ledger"><h2 id="ledger">Attempts</h2>
    <${Table} label="Attempts" head=${['Run · no.', 'Model', 'Outcome', 'The provider said', '#Took', '#Cost', 'Billed', 'Began']} rows=${rows} empty="None yet." /></section>`;
}
