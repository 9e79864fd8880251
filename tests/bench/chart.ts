/** The main tables as bars, for docs/performance.md: the median, and a whisker from the least to the greatest. */
import { shown } from './report.ts';
import { type Metric, type PartResult, type Spread, spreadOf, type Table } from './results.ts';

/** By title. The others are read better as tables. */
const CHARTED = ['Submit, 1 KB', 'Poll, a job that waits', 'The life of a job', 'Added to started'];
const TITLE_TEXT = 'Easel beside its peers';
const WIDTH = 760;
const LABEL_WIDTH = 240;
const BAR_WIDTH = 400;
const LINE = 20;
const TITLE = 34;
const STYLE = `
  text { font: 12px ui-sans-serif, system-ui, sans-serif; fill: #57606a }
  .title { font-weight: 600; font-size: 13px; fill: #24292f }
  .own { fill: #0f766e } .bar { fill: #b6bec7 } .whisker { stroke: #57606a; stroke-width: 1.5 }
  @media (prefers-color-scheme: dark) {
    text { fill: #9aa4af } .title { fill: #e6edf3 } .own { fill: #2dd4bf } .bar { fill: #57606a }
    .whisker { stroke: #c9d1d9 }
  }`;

interface Bar {
  readonly subject: string;
  readonly isOwn: boolean;
  readonly spread: Spread;
}

export function renderChart(parts: readonly PartResult[]): string {
  const tables = parts.flatMap(part => part.tables);
  const charted = CHARTED.flatMap(title => tables.find(table => table.title === title) ?? []);
  let top = 0;
  const groups = charted.map(table => {
    const group = renderGroup(table, top);
    top = group.bottom;
    return group.text;
  });
  const size = `width="${WIDTH}" height="${top}" viewBox="0 0 ${WIDTH} ${top}"`;
  return `<svg xmlns="http://www.w3.org/2000/svg" role="img" ${size}>\n<title>${TITLE_TEXT}</title>\n<style>${STYLE}\n</style>\n${groups.join('\n')}\n</svg>\n`;
}

function renderGroup(table: Table, top: number): { readonly text: string; readonly bottom: number } {
  const [metric] = table.metrics;
  if (!metric) return { text: '', bottom: top };
  const bars = barsOf(table, metric);
  const most = Math.max(...bars.map(({ spread }) => spread.greatest));
  const better = metric.better === 'more' ? 'more is better' : 'less is better';
  const title = `<text class="title" x="0" y="${top + TITLE - 12}">${table.title}: ${metric.name}, ${better}</text>`;
  const lines = bars.map((bar, index) => renderBar(bar, top + TITLE + index * LINE, BAR_WIDTH / most));
  return { text: [title, ...lines].join('\n'), bottom: top + TITLE + bars.length * LINE + 6 };
}

function barsOf(table: Table, { name, better }: Metric): Bar[] {
  const bars = table.rows.flatMap(({ subject, values }) => {
    const spread = spreadOf(values[name] ?? []);
    return spread ? [{ subject, isOwn: subject.startsWith(table.own), spread }] : [];
  });
  const sign = better === 'more' ? -1 : 1;
  return bars.sort((a, b) => sign * (a.spread.median - b.spread.median));
}

function renderBar({ subject, isOwn, spread }: Bar, top: number, scale: number): string {
  const at = (value: number) => (LABEL_WIDTH + value * scale).toFixed(1);
  const width = Math.max(1, spread.median * scale).toFixed(1);
  const middle = top + LINE / 2;
  return [
    `<text x="${LABEL_WIDTH - 8}" y="${middle + 4}" text-anchor="end">${subject}</text>`,
    `<rect class="${isOwn ? 'own' : 'bar'}" x="${LABEL_WIDTH}" y="${top + 3}" width="${width}" height="${LINE - 6}" rx="2"/>`,
    `<line class="whisker" x1="${at(spread.least)}" x2="${at(spread.greatest)}" y1="${middle}" y2="${middle}"/>`,
    `<text x="${Number(at(spread.greatest)) + 8}" y="${middle + 4}">${shown(spread.median)}</text>`,
  ].join('');
}
