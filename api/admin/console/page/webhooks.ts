/**
 * What shops' servers were told of their jobs, try by try, and telling them again.
 */
import type { Answer, Delivery } from './answers.ts';
import { call } from './api.ts';
import { DELIVERY_STATES } from './choices.ts';
import { openDialog } from './dialog.ts';
import { Filters } from './filters.ts';
import { html } from './html.ts';
import { usePages } from './lists.ts';
import type { PageProps } from './pages.ts';
import { Copy, Foreign, More, Page, Shown, State, Table, When } from './parts.ts';
import { hrefOf, queryOf } from './route.ts';
import { shortId } from './words.ts';

export function WebhooksPage({ place }: PageProps) {
  const list = usePages<Answer<'DeliveryPage'>>(`deliveries?limit=50${queryOf(place.query, ['state', 'jobId'])}`);
  return html`<${Page} title="Webhooks" about="Each event is tried up to ten times, under one id.">
    <${Filters} place=${place} filters=${[
      { name: 'state', label: 'State', choices: DELIVERY_STATES },
      { name: 'jobId', label: 'Job', placeholder: 'job_…' },
    ]} />
    <${Shown} of=${list}>${(pages: readonly Answer<'DeliveryPage'>[]) => html`
      <${Table} label="Webhook deliveries" head=${['Event', 'Job', 'To', 'State', 'Tries', 'When', '']} rows=${pages.flatMap(({ deliveries }) => deliveries).map(rowOf)} />
      <${More} cursor=${list.cursor} onMore=${list.more} />`}</${Shown}>
  </${Page}>`;
}

function rowOf(delivery: Delivery) {
  const { id, jobId, type, url, state, occurredAt, nextTryAt } = delivery;
  return {
    key: id,
    cells: [
      html`${type}<br /><${Copy} text=${id} shown=${shortId(id)} />`,
      html`<a href=${hrefOf(['jobs', jobId])}>${shortId(jobId)}</a>`,
      html`<${Foreign} text=${url} />`,
      html`<${State} of=${state} />${nextTryAt && html`<br /><span class="faint">again <${When} at=${nextTryAt} /></span>`}`,
      html`<${Tries} delivery=${delivery} />`,
      html`<${When} at=${occurredAt} />`,
      html`<button type="button" onClick=${() => replay(delivery)}>Send again …</button>`,
    ],
  };
}

function Tries({ delivery: { tries } }: { delivery: Delivery }) {
  if (tries.length === 0) return html`<span class="faint">none yet</span>`;
  return html`<ol class="plain">${tries
    .slice(-3)
    .map(
      ({ at, ms, status, error }) =>
        html`<li><${When} at=${at} />: ${status ?? error ?? 'under way'}${ms === undefined ? '' : html` <span class="faint">${ms} ms</span>`}</li>`,
    )}</ol>`;
}

function replay({ id, url }: Delivery): void {
  openDialog({
    title: 'Send it again?',
    text: html`The event goes to <${Foreign} text=${url} /> once more, under the same id.`,
    verb: 'Send',
    reason: 'optional',
    run: async body => void (await call(`POST deliveries/${id}/replay`, { body })),
  });
}
