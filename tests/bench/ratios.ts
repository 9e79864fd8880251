/**
 * The ratios of a run, and the comparison of two runs by them: a machine's speed is in none of them, so a ratio that
 * fell is a change of the code, or noise of less than the bound.
 */
import { type PartResult, ratioOf, type Table } from './results.ts';

export interface Ratio {
  /** Easel by the subject. */
  readonly value: number;
  readonly better: 'more' | 'less';
}

/** By table and subject, for example `Submit, 1 KB : bare koa`. */
export type Ratios = { readonly [name: string]: Ratio };

export interface Loss {
  readonly name: string;
  readonly before: number;
  readonly after: number;
  /** Part of what there was, 0 to 1. */
  readonly lost: number;
}

/** More than a ratio moves from run to run on a shared machine. */
export const LOSS_MAX = 0.25;

export function ratiosOf(results: readonly PartResult[]): Ratios {
  const named = results.flatMap(({ tables }) => tables.flatMap(ratiosOfTable));
  return Object.fromEntries(named);
}

/** What fell by more than the bound, the worst first. What only one of the runs has measured is compared with nothing. */
export function lossesOf(before: Ratios, after: Ratios, most = LOSS_MAX): Loss[] {
  const losses = Object.entries(before).flatMap(([name, { value, better }]) => {
    const now = after[name];
    if (!now) return [];
    const kept = better === 'more' ? now.value / value : value / now.value;
    return [{ name, before: value, after: now.value, lost: 1 - kept }];
  });
  return losses.filter(({ lost }) => lost > most).sort((a, b) => b.lost - a.lost);
}

/** The names that a run should have had and did not. */
export function unmeasured(before: Ratios, after: Ratios, isAsked: (name: string) => boolean): string[] {
  return Object.keys(before).filter(name => isAsked(name) && !(name in after));
}

function ratiosOfTable(table: Table): [string, Ratio][] {
  const [metric] = table.metrics;
  if (!metric) return [];
  return table.rows.flatMap(({ subject }): [string, Ratio][] => {
    const ratio = subject === table.own ? undefined : ratioOf(table, subject, metric.name);
    if (!ratio || !(ratio.median > 0)) return [];
    const value = Number(ratio.median.toPrecision(4));
    return [[`${table.title} : ${subject}`, { value, better: metric.better }]];
  });
}
