/**
 * Collects what the rounds measured and makes a table of it: the median of the rounds, and the least and greatest.
 * Two values of one round were measured one right after the other, so their ratio says more than either.
 */
export interface Figures {
  /** One value a round and column. A line `submits/s: p99 in ms` is shown as a detail of the line before it. */
  add(line: string, column: string, value: number): void;
  table(): string;
}

/** Values of the first column are put in relation to those of the second. */
export function createFigures(columns: readonly [string, string]): Figures {
  const lines = new Map<string, Map<string, number[]>>();
  return {
    add(line, column, value) {
      const values = lines.get(line) ?? new Map(columns.map(name => [name, []]));
      values.get(column)?.push(value);
      lines.set(line, values);
    },
    table() {
      const head = [`| | ${columns.join(' | ')} | ${columns.join(' : ')} |`, '|---|---|---|---|'];
      const rows = [...lines].map(([line, values]) => {
        const [first = [], second = []] = columns.map(name => values.get(name));
        const ratios = first.flatMap((value, round) => (second[round] === undefined ? [] : [value / second[round]]));
        const name = line.replace(/^.*: /, '— ');
        return `| ${[name, ...[first, second, ratios].map(spread)].join(' | ')} |`;
      });
      return [...head, ...rows].join('\n');
    },
  };
}

/** The value below which this part of them lies. */
export function percentile(values: readonly number[], part: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? Number.NaN;
}

function spread(values: readonly number[]): string {
  if (values.length === 0) return '';
  if (values.length === 1) return shown(median(values));
  return `${shown(median(values))} [${shown(Math.min(...values))}..${shown(Math.max(...values))}]`;
}

/** Of an even number, the middle between the two middle ones. */
function median(values: readonly number[]): number {
  const mirrored = values.map(value => -value);
  return (percentile(values, 0.5) - percentile(mirrored, 0.5)) / 2;
}

function shown(value: number): string {
  if (value >= 100) return Math.round(value).toLocaleString('en');
  return value >= 10 ? value.toFixed(1) : value.toFixed(value >= 0.1 ? 2 : 3);
}
