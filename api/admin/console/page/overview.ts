/**
 * How the service stands, for five seconds of attention: what waits, what fails, what it costs.
 */
import type { Stats } from './answers.ts';
import { BudgetBar } from './controls.ts';
import { type ComponentChildren, html } from './html.ts';
import { useLoad } from './load.ts';
import { Page, Shown, Table } from './parts.ts';
import { count, percent, span, usd } from './words.ts';

export function OverviewPage() {
  const stats = useLoad<Stats>('GET stats');
  return html`<${Page} title="Overview">
    <${Shown} of=${stats}>${(now: Stats) => html`<${Tiles} stats=${now} /><${JobsByState} stats=${now} />`}</${Shown}>
  </${Page}>`;
}

const ENDS = ['succeeded', 'blocked', 'failed', 'expired', 'canceled'] as const;

function Tiles({ stats: { jobs, queues, budget } }: { stats: Stats }) {
  const sum = (status: keyof Stats['jobs']['bulk']) => jobs.interactive[status] + jobs.bulk[status];
  const ended = ENDS.reduce((total, status) => total + sum(status), 0);
  const broken = sum('failed') + sum('expired');
  const oldest = Math.max(...queues.map(({ oldestWaitingSeconds = 0 }) => oldestWaitingSeconds));
  return html`<ul class="tiles">
    <${Tile} name="Waiting" figure=${count(sum('queued'))} tone=${oldest > 120 ? 'odd' : ''}>${oldest > 0 ? `oldest ${span(oldest)}` : 'nobody waits'}</${Tile}>
    <${Tile} name="Being drawn" figure=${count(sum('running'))}>now</${Tile}>
    <${Tile} name="Succeeded" figure=${count(sum('succeeded'))}>${percent(sum('succeeded'), ended)} of those of 24 h that ended</${Tile}>
    <${Tile} name="Failed or expired" figure=${count(broken)} tone=${broken > 0 ? 'bad' : ''}>${percent(broken, ended)}, and ${count(sum('blocked'))} blocked</${Tile}>
    <${Tile} name="Spent today" figure=${usd(budget.spentUsd)}><${BudgetBar} budget=${budget} /></${Tile}>
  </ul>`;
}

function Tile({
  name,
  figure,
  tone = '',
  children,
}: {
  name: string;
  figure: string;
  tone?: string;
  children?: ComponentChildren;
}) {
  return html`<li class=${`card tile ${tone}`}><span class="name">${name}</span><b>${figure}</b><span class="faint">${children}</span></li>`;
}

function JobsByState({ stats: { jobs } }: { stats: Stats }) {
  const rows = (['interactive', 'bulk'] as const).map(lane => ({
    key: lane,
    cells: [
      html`<b>${lane}</b>`,
      ...(['queued', 'running', ...ENDS] as const).map(status => count(jobs[lane][status])),
    ],
  }));
  return html`<section aria-labelledby="by-state"><h2 id="by-state">Jobs by state <span class="faint">of the last 24 hours, and all that wait</span></h2>
    <${Table} label="Jobs by state" head=${['Lane', '#queued', '#running', ...ENDS.map(status => `#${status}`)]} rows=${rows} />
  </section>`;
}
