/**
 * Sums up what was read of the days: one row for each day or key, and the whole. Pure.
 */
import { type Days, eachDay } from './days.ts';
import { DIMENSIONS, type Dimension, type Figures } from './ledger.ts';
import { type Entry, NOTHING, plus } from './read-costs.ts';

export const BY = ['day', ...DIMENSIONS] as const;
export type By = (typeof BY)[number];

export interface CostRow extends Figures {
  /** A day, the id of a style, model or shop, or a tier. */
  readonly key: string;
}

export interface CostReport {
  /** Days in their order, also those that cost nothing; anything else by what it cost, the dearest first. */
  readonly rows: readonly CostRow[];
  readonly total: Figures;
}

/** Of the days, and of no others that were read beside them. */
export function costReport(entries: readonly Entry[], days: Days, by: By): CostReport {
  const within = entries.filter(({ day }) => day >= days.from && day <= days.to);
  const total = sumOf(within);
  if (by === 'day') {
    const rows = eachDay(days).map(day => ({ key: day, ...sumOf(within.filter(entry => entry.day === day)) }));
    return { rows, total };
  }
  return { rows: rowsBy(within, by), total };
}

/** Every dimension adds up to the same: any one of them is the whole. */
export function sumOf(entries: readonly Entry[]): Figures {
  return entries
    .filter(({ dimension }) => dimension === 'tier')
    .reduce((sum, { figures }) => plus(sum, figures), NOTHING);
}

function rowsBy(entries: readonly Entry[], by: Dimension): CostRow[] {
  const rows = new Map<string, Figures>();
  for (const { dimension, key, figures } of entries) {
    if (dimension === by) rows.set(key, plus(rows.get(key) ?? NOTHING, figures));
  }
  return [...rows]
    .map(([key, figures]) => ({ key, ...figures }))
    .sort((a, b) => b.microUsd - a.microUsd || (a.key < b.key ? -1 : 1));
}

/** What a drawn picture costs, with all that its attempts cost, in micro-dollars; undefined where none was drawn. */
export function priceEach({ microUsd, pictures }: Pick<Figures, 'microUsd' | 'pictures'>): number | undefined {
  return pictures === 0 ? undefined : microUsd / pictures;
}

/** Of what was delivered, 0 to 1 with four decimals; undefined where nothing was. */
export function shareReused({ pictures, reused }: Pick<Figures, 'pictures' | 'reused'>): number | undefined {
  const delivered = pictures + reused;
  return delivered === 0 ? undefined : Math.round((10_000 * reused) / delivered) / 10_000;
}
