/**
 * What needs a hand, or is not as usual, at the top of every page. Whoever is called at night reads this first.
 */
import type { Stats } from './answers.ts';
import { type ComponentChildren, html } from './html.ts';
import { Until, When } from './parts.ts';
import { hrefOf } from './route.ts';
import { span, usd } from './words.ts';

/** Interactive shoppers look at a spinner; a batch may wait for hours. */
const WAITS_LONG_S: { readonly [queue: string]: number } = { interactive: 120, bulk: 6 * 3_600 };
const BUDGET_WARNS_PERCENT = 75;

export function Attention({ stats }: { stats?: Stats | undefined }) {
  const notices = stats ? noticesOf(stats) : [];
  if (notices.length === 0) return null;
  return html`<aside aria-label="What needs attention"><ul class="attention">
    ${notices.map(({ tone, text, page, link }) => html`<li class=${tone}><span>${text}</span> <a href=${hrefOf([page])}>${link}</a></li>`)}
  </ul></aside>`;
}

interface Notice {
  readonly tone: 'bad' | 'odd';
  readonly text: ComponentChildren;
  readonly page: string;
  readonly link: string;
}

function noticesOf({ intake, queues, budget }: Stats): Notice[] {
  const switches = { page: 'controls', link: 'Switches' };
  const paused = queues.filter(({ state }) => state === 'paused');
  const late = queues.filter(
    ({ name, state, oldestWaitingSeconds: s = 0 }) =>
      state === 'running' && s > (WAITS_LONG_S[name] ?? Number.POSITIVE_INFINITY),
  );
  return [
    ...(intake.open
      ? []
      : [{ ...switches, tone: 'bad' as const, text: html`Intake is closed${until(intake.until)}: ${intake.reason}` }]),
    ...paused.map(({ name, reason, because, until: end }) => ({
      ...switches,
      tone: 'odd' as const,
      text: html`<b>${name}</b> is paused${because && because !== 'operator' ? ` by ${because}` : ''}${until(end)}: ${reason ?? 'not by this service'}`,
    })),
    ...late.map(({ name, oldestWaitingSeconds = 0 }) => ({
      ...switches,
      tone: 'bad' as const,
      text: html`The oldest job in <b>${name}</b> waits since ${span(oldestWaitingSeconds)}`,
    })),
    ...(budget.reachedPercent >= BUDGET_WARNS_PERCENT ? [{ ...switches, ...budgetNotice(budget) }] : []),
  ];
}

function budgetNotice({ spentUsd, capUsd, reachedPercent, resetAt }: Stats['budget']) {
  const text = html`${usd(spentUsd)} of ${usd(capUsd ?? 0)} is spent; the day ends <${When} at=${resetAt} />`;
  return { tone: reachedPercent >= 100 ? ('bad' as const) : ('odd' as const), text };
}

function until(end: string | undefined) {
  return end === undefined ? null : html` (until <${Until} at=${end} />)`;
}
