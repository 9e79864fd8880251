/**
 * Orders that wait for a picture: what the customer has sent, in which style it is wanted, and the button that has it
 * drawn.
 */

import { useState } from 'preact/hooks';
import type { KeptAnswer } from './answers.ts';
import { ApiProblem, call } from './api.ts';
import { openDialog } from './dialog.ts';
import { html } from './html.ts';
import { usePages } from './lists.ts';
import { reloadAll } from './live.ts';
import type { PageProps } from './pages.ts';
import { Foreign, More, Page, ProblemNote, Shown, State, Table, Until, When } from './parts.ts';
import { hrefOf } from './route.ts';
import { shortId } from './words.ts';

type WaitingOrder = KeptAnswer<'WaitingOrder'>;

export function WaitingOrdersPage(_: PageProps) {
  const list = usePages<KeptAnswer<'WaitingOrderPage'>>('orders/waiting?limit=50');
  return html`<${Page} title="Waiting orders" about="Ordered when no picture could be drawn: the photo is here, and the picture is owed.">
    <${Shown} of=${list}>${(pages: readonly KeptAnswer<'WaitingOrderPage'>[]) => html`
      <${Table} label="Orders waiting for a picture" empty="No order waits for a picture."
        head=${['Photo', 'Order', 'Style', 'Ordered', 'Kept until', 'Picture', '']} rows=${pages.flatMap(({ orders }) => orders).map(rowOf)} />
      <${More} cursor=${list.cursor} onMore=${list.more} />`}</${Shown}>
  </${Page}>`;
}

function rowOf(order: WaitingOrder) {
  const { uploadId, photoUrl, orderIds = [], shop, style, orderedAt, expiresAt, job } = order;
  return {
    key: uploadId,
    cells: [
      html`<a href=${photoUrl} target="_blank" rel="noreferrer"><img class="thumbnail tall" src=${photoUrl} alt=${`The photo of order ${orderIds.at(-1) ?? ''}`} width="64" height="80" loading="lazy" /></a>`,
      html`${orderIds.map(id => html`<${Foreign} text=${id} /> `)}<br /><span class="faint">${shop}</span>`,
      html`${style ?? '–'}${optionsOf(order)}`,
      html`<${When} at=${orderedAt} />`,
      html`<${Until} at=${expiresAt} />`,
      job
        ? html`<a href=${hrefOf(['jobs', job.id])}>${shortId(job.id)}</a><br /><${State} of=${job.status} />${job.code && html` <code>${job.code}</code>`}`
        : html`<span class="faint">none yet</span>`,
      isUnderWay(order) ? null : html`<${Draw} order=${order} />`,
    ],
  };
}

function optionsOf({ options }: WaitingOrder) {
  const { variation, size, aspectRatio } = options ?? {};
  const told = [variation ? `version ${variation + 1}` : '', size ?? '', aspectRatio ?? ''].filter(Boolean);
  return told.length === 0 ? null : html`<br /><span class="faint">${told.join(' · ')}</span>`;
}

function isUnderWay({ job }: WaitingOrder): boolean {
  return job !== undefined && ['queued', 'running', 'succeeded'].includes(job.status);
}

/** One click draws what the customer wants; a refusal stands where it was pressed. */
function Draw({ order }: { order: WaitingOrder }) {
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<ApiProblem>();
  const number = order.orderIds?.at(-1) ?? '';
  const draw = async () => {
    setBusy(true);
    setProblem(undefined);
    try {
      await call(`POST uploads/${order.uploadId}/draw`, { body: {} });
      reloadAll();
    } catch (error) {
      setProblem(error instanceof ApiProblem ? error : new ApiProblem(0, 'internal', String(error)));
    }
    setBusy(false);
  };
  return html`<button type="button" class="primary" aria-label=${`Draw the picture of order ${number}`} disabled=${busy} onClick=${draw}>Draw</button>
    <button type="button" class="quiet" aria-label=${`Draw order ${number} in another style`} onClick=${() => drawOtherwise(order)}>Another style …</button>
    <${ProblemNote} problem=${problem} />`;
}

function drawOtherwise({ uploadId, style, orderIds = [] }: WaitingOrder): void {
  openDialog({
    title: `Draw order ${orderIds.at(-1) ?? ''} in another style`,
    text: "It uses none of the shopper's pictures; the budget of the day pays. The picture is kept for the order.",
    fields: [
      {
        name: 'style',
        label: 'Style',
        about: `The customer wants ${style ?? 'none in particular'}.`,
        required: true,
        max: 64,
      },
    ],
    verb: 'Draw',
    reason: 'optional',
    run: async body => void (await call(`POST uploads/${uploadId}/draw`, { body })),
  });
}
