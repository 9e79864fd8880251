/** The tables of the benchmark in Markdown: a line a subject, with Easel's ratio to it. */
import { type PartResult, ratioOf, type Spread, spreadOf, type Table } from './results.ts';

export function renderText(results: readonly PartResult[]): string {
  return results.map(result => [`## ${result.title}`, ...renderPart(result)].join('\n\n')).join('\n\n');
}

/** The blocks of one part, without its title. */
export function renderPart({ tables, missing, day, machine, seconds }: PartResult): string[] {
  const rounds = Math.max(0, ...tables.flatMap(table => table.rows.flatMap(row => lengthsOf(row.values))));
  const facts = `${day}, ${machine}; ${rounds > 1 ? `median [least..greatest] of ${rounds} rounds` : 'one round'}; ${seconds} s.`;
  const unmeasured = missing.map(line => `- Not measured: ${line}`).join('\n');
  return [...tables.map(renderTable), ...(unmeasured ? [unmeasured] : []), `*${facts}*`];
}

function lengthsOf(values: Table['rows'][number]['values']): number[] {
  return Object.values(values).map(({ length }) => length);
}

export function renderTable(table: Table): string {
  const { title, metrics, own, rows } = table;
  const primary = metrics[0]?.name ?? '';
  const compares = rows.length > 1 && rows.some(({ subject }) => subject === own);
  const head = [title, ...metrics.map(({ name }) => name), ...(compares ? [`${own} : it`] : [])];
  const lines = rows.map(({ subject, values }) => {
    const figures = metrics.map(({ name }) => spreadText(spreadOf(values[name] ?? [])));
    const ratio = subject === own ? '' : spreadText(ratioOf(table, subject, primary));
    const name = subject === own ? `**${subject}**` : subject;
    return [name, ...figures, ...(compares ? [ratio] : [])];
  });
  const dashes = head.map((_, column) => (column === 0 ? '---' : '---:'));
  return [head, dashes, ...lines].map(cells => `| ${cells.join(' | ')} |`).join('\n');
}

export function spreadText(spread: Spread | undefined): string {
  if (!spread) return '';
  const { median, least, greatest } = spread;
  return least === greatest ? shown(median) : `${shown(median)} [${shown(least)}..${shown(greatest)}]`;
}

export function shown(value: number): string {
  if (value >= 100) return Math.round(value).toLocaleString('en');
  return value >= 10 ? value.toFixed(1) : value.toFixed(value >= 0.1 || value === 0 ? 2 : 3);
}
