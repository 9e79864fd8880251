/**
 * Queues and switches: what stops, slows or frees the service, each with its end and its reason.
 */
import type { Budget, Intake, Queue, Stats } from './answers.ts';
import { call } from './api.ts';
import { openDialog } from './dialog.ts';
import type { Field } from './fields.ts';
import { html } from './html.ts';
import type { PageProps } from './pages.ts';
import { Foreign, Page, Shown, State, Table, Until, When } from './parts.ts';
import { CeilingCard, drop, Models } from './provider.ts';
import { count, percent, span, usd } from './words.ts';

const UNTIL: Field = { name: 'until', label: 'How long', kind: 'until', endless: true };

export function ControlsPage({ stats }: PageProps) {
  return html`<${Page} title="Queues and switches" about="Everything here takes effect within seconds and is recorded in the audit.">
    <${Shown} of=${stats}>${({ queues, intake, budget, models, ceiling }: Stats) => html`
      <section aria-labelledby="intake"><h2 id="intake">Intake</h2><${IntakeCard} intake=${intake} /></section>
      <section aria-labelledby="queues"><h2 id="queues">Queues</h2><${Queues} queues=${queues} /></section>
      <section aria-labelledby="budget"><h2 id="budget">Budget</h2><${BudgetCard} budget=${budget} /></section>
      <section aria-labelledby="models"><h2 id="models">Models</h2><${Models} models=${models} /></section>
      <section aria-labelledby="ceiling"><h2 id="ceiling">Jobs at once</h2><${CeilingCard} ceiling=${ceiling} /></section>
    `}</${Shown}>
  </${Page}>`;
}

function IntakeCard({ intake }: { intake: Intake }) {
  const { open, reason, message, since, until } = intake;
  return html`<div class="card row">
    <div>
      <${State} of=${open ? 'open' : 'closed'} />
      ${
        open
          ? html`<p class="faint">New jobs are taken in.</p>`
          : html`<p>Since <${When} at=${since} />, ${until ? html`until <${Until} at=${until} />` : 'until somebody opens it'}: <${Foreign} text=${reason} /></p>
            <p class="faint">Callers read: ${message ?? 'No jobs are taken at the moment. Try again later.'}</p>`
      }
    </div>
    ${
      open
        ? html`<button type="button" class="danger" onClick=${closeIntake}>Close intake …</button>`
        : html`<button type="button" class="primary" onClick=${openIntake}>Open intake …</button>`
    }
  </div>`;
}

function closeIntake(): void {
  openDialog({
    title: 'Close intake?',
    text: 'Nobody can submit until it opens again. Jobs that were taken in go on.',
    fields: [{ name: 'message', label: 'What callers read', max: 300 }, UNTIL],
    verb: 'Close intake',
    danger: true,
    reason: 'required',
    run: async body => void (await call('PUT intake', { body })),
  });
}

function openIntake(): void {
  openDialog({
    title: 'Open intake?',
    verb: 'Open intake',
    reason: 'optional',
    run: ({ reason }) => drop('intake', reason),
  });
}

function Queues({ queues }: { queues: readonly Queue[] }) {
  const rows = queues.map(queue => ({
    key: queue.name,
    cells: [
      html`<b>${queue.name}</b>`,
      html`<${State} of=${queue.state} busy=${queue.state === 'running'} />`,
      queue.waiting === undefined ? '–' : count(queue.waiting),
      queue.oldestWaitingSeconds === undefined ? '–' : span(queue.oldestWaitingSeconds),
      html`<${Why} queue=${queue} />`,
      queue.state === 'paused'
        ? html`<button type="button" onClick=${() => resume(queue.name)}>Resume …</button>`
        : html`<button type="button" onClick=${() => pause(queue.name)}>Pause …</button>`,
    ],
  }));
  return html`<${Table} label="Queues" head=${['Queue', 'State', '#Waiting', '#Oldest', 'Why', '']} rows=${rows} />`;
}

function Why({ queue: { state, reason, because, since, until } }: { queue: Queue }) {
  if (state === 'running') return html`<span class="faint">–</span>`;
  if (since === undefined) return 'paused past this service';
  return html`<${Foreign} text=${reason} /> <span class="faint">by ${because}, since <${When} at=${since} />${until && html`, until <${Until} at=${until} />`}</span>`;
}

function pause(name: string): void {
  openDialog({
    title: `Pause ${name}?`,
    text: 'Jobs are still taken in and wait; none is begun. What is being drawn is finished. The wait counts against no deadline.',
    fields: [UNTIL],
    verb: 'Pause',
    danger: true,
    reason: 'required',
    run: async body => void (await call(`POST queues/${name}/pause`, { body })),
  });
}

function resume(name: string): void {
  openDialog({
    title: `Resume ${name}?`,
    verb: 'Resume',
    reason: 'optional',
    run: async body => void (await call(`POST queues/${name}/resume`, { body })),
  });
}

function BudgetCard({ budget }: { budget: Budget }) {
  const { spentUsd, capUsd, usualUsd, override, resetAt } = budget;
  return html`<div class="card row">
    <div class="grow">
      <p><b>${usd(spentUsd)}</b> of ${capUsd === null ? 'no limit' : usd(capUsd)} today
        ${capUsd !== null && html` (${percent(spentUsd, capUsd)})`}, the day ends <${When} at=${resetAt} /></p>
      <${BudgetBar} budget=${budget} />
      ${
        override &&
        html`<p class="note odd">Raised from ${usualUsd === null ? 'no limit' : usd(usualUsd)} to ${usd(override.usd)} until <${Until} at=${override.until} />: <${Foreign} text=${override.reason} /></p>`
      }
    </div>
    <span class="actions">
      ${override && html`<button type="button" onClick=${resetBudget}>Back to usual …</button>`}
      <button type="button" class="primary" onClick=${raiseBudget}>Set for a while …</button>
    </span>
  </div>`;
}

/** The day's money as a bar, with the marks where strangers and batches have to stop. */
export function BudgetBar({ budget: { spentUsd, capUsd, shares, reachedPercent } }: { budget: Budget }) {
  if (capUsd === null) return null;
  const tone = reachedPercent >= 90 ? 'bad' : reachedPercent >= 75 ? 'odd' : 'good';
  const closed = Object.entries(shares).flatMap(([name, { open, percent: at }]) =>
    open ? [] : [`${name} (stop at ${at} %)`],
  );
  return html`<meter class=${tone} min="0" max=${Math.max(capUsd, 0.000001)} value=${Math.min(spentUsd, capUsd)} aria-label="Spent of today's budget"></meter>
    <p class="faint">${closed.length === 0 ? 'Batches stop at 60 %, strangers at 70 %; customers may use all of it.' : `No more pictures for: ${closed.join(', ')}`}</p>`;
}

function raiseBudget(): void {
  openDialog({
    title: 'Another budget for a while',
    text: 'It counts from now on, for the whole day. 0 stops all spending at once.',
    fields: [
      { name: 'usd', label: 'Dollars a day', kind: 'usd', required: true },
      { name: 'until', label: 'How long', kind: 'until', required: true },
    ],
    verb: 'Set budget',
    danger: true,
    reason: 'required',
    run: async body => void (await call('PUT budget/override', { body })),
  });
}

function resetBudget(): void {
  openDialog({
    title: 'Back to the usual budget?',
    verb: 'Reset',
    reason: 'optional',
    run: ({ reason }) => drop('budget/override', reason),
  });
}
