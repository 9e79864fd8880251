/**
 * What was measured, as it is kept in `results.json`: for each part of the benchmark its tables, for each subject of a
 * table one value a round. Values of one round were measured one right after the other; ratios are made within a round.
 */
export interface Metric {
  /** With its unit. */
  readonly name: string;
  readonly better: 'more' | 'less';
}

export type Values = { readonly [metric: string]: number };

export interface Table {
  readonly title: string;
  /** The ratio of the first one is shown, and watched by `npm run bench:check`. */
  readonly metrics: readonly Metric[];
  /** The subject that the others are put in relation to. */
  readonly own: string;
  readonly rows: readonly Row[];
}

export interface Row {
  readonly subject: string;
  /** By metric, one value a round; null where it failed. */
  readonly values: { readonly [metric: string]: readonly (number | null)[] };
}

export interface PartResult {
  readonly part: string;
  readonly title: string;
  readonly day: string;
  readonly machine: string;
  readonly seconds: number;
  readonly tables: readonly Table[];
  /** What was not measured, and why: one sentence each. */
  readonly missing: readonly string[];
}

export interface Spread {
  readonly median: number;
  readonly least: number;
  readonly greatest: number;
}

/** Undefined when there is no value. */
export function spreadOf(values: readonly (number | null)[]): Spread | undefined {
  const known = values.filter(value => value !== null && Number.isFinite(value)) as number[];
  if (known.length === 0) return undefined;
  return { median: median(known), least: Math.min(...known), greatest: Math.max(...known) };
}

/** Own value by the other's, round by round; undefined when there is no round with both. */
export function ratioOf(table: Table, subject: string, metric: string): Spread | undefined {
  const [own, other] = [table.own, subject].map(name => valuesOf(table, name, metric));
  if (!own || !other) return undefined;
  return spreadOf(own.map((value, round) => quotient(value, other[round] ?? null)));
}

export function valuesOf(table: Table, subject: string, metric: string): readonly (number | null)[] | undefined {
  return table.rows.find(row => row.subject === subject)?.values[metric];
}

/** Whether anything at all was measured. */
export function hasFigures({ tables }: PartResult): boolean {
  const values = tables.flatMap(({ rows }) => rows.flatMap(row => Object.values(row.values).flat()));
  return values.some(value => value !== null);
}

/** The value below which this part of them lies. */
export function percentile(values: readonly number[], part: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? Number.NaN;
}

/** Of an even number, the middle between the two middle ones. */
export function median(values: readonly number[]): number {
  const mirrored = values.map(value => -value);
  return (percentile(values, 0.5) - percentile(mirrored, 0.5)) / 2;
}

function quotient(value: number | null, by: number | null): number | null {
  return value === null || by === null || by === 0 ? null : value / by;
}
