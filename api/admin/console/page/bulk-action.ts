/**
 * One bulk action: what its plan found, whom it leaves alone and why, what it would cost; then how far it is.
 */
import type { Answer } from './answers.ts';
import { call } from './api.ts';
import { openDialog } from './dialog.ts';
import { html } from './html.ts';
import { useLoad } from './load.ts';
import type { PageProps } from './pages.ts';
import { Foreign, Page, Shown, State, When } from './parts.ts';
import { hrefOf } from './route.ts';
import { VERBS } from './verbs.ts';
import { count, percent, plural, shortClock, span, usd } from './words.ts';

type Action = Answer<'BulkAction'>;
type Tally = Action['plan']['skipped'];

/** A plan is applied by whoever made it, in this window: its token is kept nowhere else, and is worth nothing without a sign-in. */
export function keepToken(id: string, token: string): void {
  sessionStorage.setItem(`easel ${id}`, token);
}

export function BulkActionPage({ place, stats }: PageProps) {
  const id = place.path[1] ?? '';
  const action = useLoad<Action>(`GET bulk-actions/${encodeURIComponent(id)}`, 1_000);
  const left =
    stats.value && stats.value.budget.capUsd !== null
      ? stats.value.budget.capUsd - stats.value.budget.spentUsd
      : undefined;
  return html`<${Page} title="Bulk action" actions=${action.value && html`<${Buttons} action=${action.value} />`}>
    <${Shown} of=${action}>${(whole: Action) => html`
      <p class="headline"><b>${whole.action}</b> <${State} of=${whole.outdated ? 'outdated' : whole.state} />
        <span class="faint">planned <${When} at=${whole.frozenAt} /> by <${Foreign} text=${whole.actor} />: <${Foreign} text=${whole.reason} /></span></p>
      <${Progress} action=${whole} />
      <${Plan} action=${whole} leftUsd=${left} />`}</${Shown}>
  </${Page}>`;
}

function Buttons({ action }: { action: Action }) {
  const token = sessionStorage.getItem(`easel ${action.id}`);
  const { id, state, plan, outdated } = action;
  const canApply = state === 'planned' && !outdated && token !== null && plan.eligible > 0;
  return html`
    ${canApply && html`<button type="button" class=${action.action === 'retry' ? 'primary' : 'danger'} onClick=${() => apply(action, token)}>Apply to ${plural(plan.eligible, 'job')} …</button>`}
    ${state === 'running' && html`<button type="button" class="danger" onClick=${() => abort(id)}>Abort …</button>`}
    <a class="button" href=${jobsOf(action)}>These jobs now</a>`;
}

/** The same jobs by what does not change when they are acted on: a retried one is no longer `failed`. */
function jobsOf({ filter }: Action): string {
  const { status: _, code: __, ...rest } = filter;
  return hrefOf(['jobs'], rest);
}

function apply({ id, action, plan }: Action, token: string): void {
  openDialog({
    title: `${action}: ${plural(plan.eligible, 'job')}`,
    text: html`${VERBS[action]} ${plan.estimateUsd > 0 && html`<b>About ${usd(plan.estimateUsd)}.</b>`}`,
    fields: [
      {
        ...{ name: 'ratePerSecond', label: 'How fast', kind: 'choice', required: true, value: '5' },
        choices: [
          ['1', '1 a second'],
          ['5', '5 a second'],
          ['20', '20 a second'],
          ['50', '50 a second'],
        ],
      },
    ],
    verb: 'Apply',
    danger: action !== 'retry',
    run: async ({ ratePerSecond }) => {
      await call(`POST bulk-actions/${id}/apply`, { body: { token, ratePerSecond: Number(ratePerSecond) } });
      return undefined;
    },
  });
}

function abort(id: string): void {
  openDialog({
    title: 'Abort?',
    text: 'The jobs that were acted on stay so; the others are left as they are.',
    verb: 'Abort',
    danger: true,
    reason: 'optional',
    run: async body => void (await call(`POST bulk-actions/${id}/abort`, { body })),
  });
}

function Progress({
  action: { state, progress, ratePerSecond, etaSeconds, appliedAt, appliedBy, endedAt },
}: {
  action: Action;
}) {
  if (state === 'planned') return null;
  const { total, looked, done, skipped } = progress;
  const left = skipped.reduce((sum, { count: n }) => sum + n, 0);
  return html`<section class="card" aria-labelledby="progress"><h2 id="progress">${count(looked)} of ${plural(total, 'job')}, ${percent(looked, total)}</h2>
    <progress max=${Math.max(1, total)} value=${looked} aria-labelledby="progress"></progress>
    <p>${count(done)} done, ${count(left)} left alone${etaSeconds !== undefined ? `, ${span(etaSeconds)} to go at ${ratePerSecond} a second` : ''}
      <span class="faint"> begun <${When} at=${appliedAt} /> by <${Foreign} text=${appliedBy} />${endedAt && html`, ended <${When} at=${endedAt} />`}</span></p>
    <${Bars} of=${skipped} tone="chart-odd" /></section>`;
}

function Plan({
  action: { action, plan, filter, model, force, goodUntil, outdated },
  leftUsd,
}: {
  action: Action;
  leftUsd?: number | undefined;
}) {
  const tooMuch = leftUsd !== undefined && plan.estimateUsd > leftUsd;
  return html`<div class="columns"><section class="card" aria-labelledby="plan"><h2 id="plan">The plan</h2>
    <dl class="facts">
      <div><dt>Filter</dt><dd><${Foreign} text=${Object.entries(filter)
        .map(([name, value]) => `${name} ${value}`)
        .join(', ')} /></dd></div>
      <div><dt>Found</dt><dd>${plural(plan.matched, 'job')}${plan.complete ? '' : ', the newest of more: plan again for the others'}</dd></div>
      <div><dt>Will be done</dt><dd><b>${plural(plan.eligible, 'job')}</b></dd></div>
      ${action === 'retry' && html`<div><dt>Estimate</dt><dd><b>${usd(plan.estimateUsd)}</b>${leftUsd !== undefined && html` <span class="faint">of ${usd(leftUsd)} left today</span>`}</dd></div>`}
      ${model && html`<div><dt>Model</dt><dd>${model}</dd></div>`}
      ${force && html`<div><dt>Guards</dt><dd>none</dd></div>`}
      ${goodUntil && html`<div><dt>Good until</dt><dd>${outdated ? 'it was: plan again' : shortClock(goodUntil)}</dd></div>`}
    </dl>
    ${tooMuch && html`<p class="note odd">It costs more than is left of the day. Jobs wait when the budget is spent; <a href=${hrefOf(['controls'])}>set another one</a> first.</p>`}
  </section>
  <section class="card" aria-labelledby="why"><h2 id="why">Which they are</h2><${Bars} of=${plan.codes} tone="chart-busy" />
    ${plan.skipped.length > 0 && html`<h2>Left alone</h2><${Bars} of=${plan.skipped} tone="chart-odd" />`}</section></div>`;
}

function Bars({ of, tone }: { of: Tally; tone: string }) {
  const most = Math.max(1, ...of.map(({ count: n }) => n));
  return html`<ul class="bars">${of.map(
    ({ name, count: n }) =>
      html`<li><span>${name}</span><span class="bar"><i class=${tone} style=${{ width: `${(n * 100) / most}%` }}></i></span><b>${count(n)}</b></li>`,
  )}</ul>`;
}
