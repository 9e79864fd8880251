/**
 * How the service stands, for five seconds of attention: what waits, what fails, what it costs.
 */
import type { Stats } from './answers.ts';
import { HourChart } from './chart.ts';
import { BudgetBar } from './controls.ts';
import { type ComponentChildren, html } from './html.ts';
import type { PageProps } from './pages.ts';
import { Page, Shown, Table } from './parts.ts';
import { hrefOf } from './route.ts';
import { count, percent, seconds, span, usd } from './words.ts';

export function OverviewPage({ stats }: PageProps) {
  return html`<${Page} title="Overview">
    <${Shown} of=${stats}>${(now: Stats) => html`
      <${Tiles} stats=${now} />
      <${Charts} hours=${now.hours} />
      <div class="columns"><${Codes} stats=${now} /><${JobsByState} stats=${now} /></div>`}</${Shown}>
  </${Page}>`;
}

const HOUR_MS = 3_600_000;
const ENDS = ['succeeded', 'blocked', 'failed', 'expired', 'canceled'] as const;

function Tiles({ stats: { jobs, queues, budget, throughput, last, hours } }: { stats: Stats }) {
  const sum = (status: keyof Stats['jobs']['bulk']) =>
    Object.values(jobs).reduce((total, lane) => total + lane[status], 0);
  const ended = ENDS.reduce((total, status) => total + sum(status), 0);
  const broken = sum('failed') + sum('expired');
  const oldest = Math.max(0, ...queues.map(({ oldestWaitingSeconds = 0 }) => oldestWaitingSeconds));
  const total = (of: 'submitted' | 'reused') => hours.reduce((all, hour) => all + hour[of], 0);
  return html`<ul class="tiles">
    <${Tile} name="Waiting" figure=${count(sum('queued'))} tone=${oldest > 120 ? 'odd' : ''} href=${hrefOf(['jobs'], { status: 'queued' })}>${oldest > 0 ? `oldest ${span(oldest)}` : 'nobody waits'}</${Tile}>
    <${Tile} name="Being drawn" figure=${count(sum('running'))} href=${hrefOf(['jobs'], { status: 'running' })}>${rate(throughput.perMinute)} ended of late</${Tile}>
    <${Tile} name="Queue to picture" figure=${seconds(last.jobs.p50Ms)}>p95 ${seconds(last.jobs.p95Ms)}, drawing ${seconds(last.attempts.p50Ms)}</${Tile}>
    <${Tile} name="Failed or expired" figure=${count(broken)} tone=${broken > 0 ? 'bad' : ''} href=${hrefOf(['jobs'], { status: 'failed', since: '24h' })}>${percent(broken, ended)} of 24 h, ${count(sum('blocked'))} blocked</${Tile}>
    <${Tile} name="Cache hits" figure=${percent(total('reused'), total('submitted'))}>${count(total('reused'))} of ${count(total('submitted'))} in 24 h</${Tile}>
    <${Tile} name="Spent today" figure=${usd(budget.spentUsd)} href=${hrefOf(['controls'])}>of ${budget.capUsd === null ? 'no limit' : usd(budget.capUsd)}<${BudgetBar} budget=${budget} /></${Tile}>
  </ul>`;
}

function rate(perMinute: number): string {
  return perMinute === 0
    ? 'none'
    : perMinute >= 1
      ? `${Math.round(perMinute)} a minute`
      : `${Math.round(perMinute * 60)} an hour`;
}

interface TileProps {
  readonly name: string;
  readonly figure: string;
  readonly tone?: string;
  readonly href?: string;
  readonly children?: ComponentChildren;
}

function Tile({ name, figure, tone = '', href, children }: TileProps) {
  const heading = href ? html`<a class="name" href=${href}>${name}</a>` : html`<span class="name">${name}</span>`;
  return html`<li class=${`card tile ${tone}`}>${heading}<b>${figure}</b><span class="faint">${children}</span></li>`;
}

/** The day up to now, also where the service has not been counting for so long. */
function dayOf(hours: Stats['hours']): readonly (Stats['hours'][number] | string)[] {
  const known = new Map(hours.map(hour => [Date.parse(hour.at), hour]));
  const last = Math.floor(Date.now() / HOUR_MS);
  return Array.from({ length: 24 }, (_, index) => {
    const at = (last - 23 + index) * HOUR_MS;
    return known.get(at) ?? new Date(at).toISOString();
  });
}

function Charts({ hours }: Pick<Stats, 'hours'>) {
  const day = dayOf(hours);
  const at = day.map(hour => (typeof hour === 'string' ? hour : hour.at));
  const each = (value: (hour: Stats['hours'][number]) => number) =>
    day.map(hour => (typeof hour === 'string' ? 0 : value(hour)));
  const ended = (...statuses: readonly (typeof ENDS)[number][]) =>
    each(hour => statuses.reduce((sum, status) => sum + (hour.ended[status] ?? 0), 0));
  return html`<div class="charts">
    <${HourChart} title="Ended" hours=${at} stacks=${[
      { label: 'succeeded', tone: 'chart-good', values: ended('succeeded') },
      { label: 'blocked', tone: 'chart-odd', values: ended('blocked') },
      { label: 'failed', tone: 'chart-bad', values: ended('failed', 'expired') },
    ]} />
    <${HourChart} title="Submitted" hours=${at} stacks=${[
      { label: 'to be drawn', tone: 'chart-busy', values: each(({ submitted, reused }) => submitted - reused) },
      { label: 'there already', tone: 'chart-calm', values: each(({ reused }) => reused) },
    ]} />
  </div>`;
}

/** What went wrong, the most frequent first; each leads to its jobs. */
function Codes({ stats: { hours } }: { stats: Stats }) {
  const sums = new Map<string, number>();
  for (const hour of hours) for (const { code, count: n } of hour.codes) sums.set(code, (sums.get(code) ?? 0) + n);
  const codes = [...sums].toSorted(([, a], [, b]) => b - a).slice(0, 8);
  const most = codes[0]?.[1] ?? 1;
  return html`<section class="card" aria-labelledby="codes"><h2 id="codes">Why jobs failed <span class="faint">in 24 hours</span></h2>
    ${
      codes.length === 0
        ? html`<p class="faint">None failed.</p>`
        : html`<ul class="bars">${codes.map(
            ([code, n]) =>
              html`<li><a href=${hrefOf(['jobs'], { code, since: '24h' })}>${code}</a><span class="bar"><i style=${{ width: `${(n * 100) / most}%` }}></i></span><b>${count(n)}</b></li>`,
          )}</ul>`
    }
  </section>`;
}

function JobsByState({ stats: { jobs } }: { stats: Stats }) {
  const shown = ['queued', 'running', ...ENDS] as const;
  const rows = shown.map(status => ({
    key: status,
    cells: [
      html`<a href=${hrefOf(['jobs'], { status })}>${status}</a>`,
      ...Object.values(jobs).map(lane => count(lane[status])),
    ],
  }));
  return html`<section aria-labelledby="by-state"><h2 id="by-state">Jobs by state <span class="faint">of 24 hours, and all that wait</span></h2>
    <${Table} label="Jobs by state" head=${['State', ...Object.keys(jobs).map(lane => `#${lane}`)]} rows=${rows} />
  </section>`;
}
