/**
 * Holds what was booked of some days against the ledgers, and mends it: after an update from a version that did not
 * book, or a store that somebody has changed by hand. Reads every run that can have had an attempt on these days, so it is
 * for operators, and rare. A shard that moved meanwhile is left alone: its ledgers were read at different times.
 */
import { createHash } from 'node:crypto';
import { type Acting, type By, openEntry, record } from '../audit.ts';
import { shardOf } from '../budget.ts';
import { costs, runs } from '../collections.ts';
import type { Costs } from '../documents.ts';
import type { Engine } from '../engine.ts';
import { DAY_MS } from '../limits.ts';
import { costsId } from './book-costs.ts';
import { type Days, eachDay } from './days.ts';
import { bookingsOf, partsOf } from './ledger.ts';

type Checking = Pick<Engine, 'store' | 'settings' | 'limits'>;

export interface Difference {
  readonly day: string;
  readonly field: string;
  readonly booked: number;
  readonly ledger: number;
}

export interface CostsCheck {
  /** Runs that were read. */
  readonly runs: number;
  /** Summed up over the shards of a day. */
  readonly differences: readonly Difference[];
  /** Days of which something was booked during the look: ask again for these. */
  readonly moving: readonly string[];
}

/** Ledgers are deleted in the end, and what was booked is not: a day before this cannot be checked any more. */
export function checkedSince({ limits }: Pick<Engine, 'limits'>, nowMs: number): number {
  // A ledger goes `2 × retention` after its run began at the earliest; its attempts may be that young.
  return nowMs - limits.retentionMs;
}

/** Changes nothing without `mend`. Twice with it: the second finds nothing to mend. */
export async function checkCosts(engine: Checking, days: Days, { mend = false } = {}): Promise<CostsCheck> {
  const ids = eachDay(days).flatMap(day => shardsOf(engine, day));
  const before = new Map(
    await Promise.all(ids.map(async ({ id }) => [id, await engine.store.get(costs, id)] as const)),
  );
  const { ledger, count } = await readLedgers(engine, days);
  const differences = new Map<string, Difference>();
  const moving = new Set<string>();
  for (const { id, day } of ids) {
    const seen = before.get(id);
    const wrong = differenceOf(seen, ledger.get(id) ?? new Map());
    const still = await settle(engine, { id, seen, wrong, mend });
    if (!still) moving.add(day);
    else for (const one of wrong) note(differences, { day, ...one });
  }
  return { runs: count, differences: [...differences.values()].filter(isDifferent), moving: [...moving] };
}

/** It stands in the audit before anything is mended, also when that turns out to be nothing. */
export async function rebuildCosts(engine: Checking & Acting, days: Days, by: By): Promise<CostsCheck> {
  const entry = openEntry(engine);
  const did = { action: 'costs.rebuild', target: `costs/${days.from}..${days.to}` } as const;
  await engine.store.transaction(async tx => record(tx, entry, { ...by, ...did }));
  return checkCosts(engine, days, { mend: true });
}

type Wrong = Omit<Difference, 'day'>;

/** By id of the shard, then by field. */
async function readLedgers(engine: Checking, days: Days) {
  const ledger = new Map<string, Map<string, number>>();
  let count = 0;
  let after: string | undefined;
  do {
    const page = await engine.store.list({
      from: runs,
      where: [
        // No ledger is older: a job is tried again for as long as its photo is kept, and then its documents go.
        ['createdAt', '>=', Date.parse(days.from) - 2 * engine.limits.retentionMs],
        ['createdAt', '<', Date.parse(days.to) + DAY_MS],
      ],
      orderBy: ['createdAt', 'desc'],
      limit: 500,
      ...(after === undefined ? {} : { after }),
    });
    for (const run of page.items) {
      count++;
      for (const [day, booked] of bookingsOf(run)) {
        if (day < days.from || day > days.to) continue;
        const id = costsId(day, shardOf(run.id, engine.settings.spendShards));
        const fields = ledger.get(id) ?? new Map<string, number>();
        ledger.set(id, fields);
        for (const [field, amount] of booked) fields.set(field, (fields.get(field) ?? 0) + amount);
      }
    }
    after = page.next;
  } while (after !== undefined);
  return { ledger, count };
}

function differenceOf(seen: Costs | undefined, ledger: ReadonlyMap<string, number>): Wrong[] {
  const fields = new Set([...Object.keys(seen ?? {}).filter(partsOf), ...ledger.keys()]);
  return [...fields]
    .map(field => ({ field, booked: Number(seen?.[field] ?? 0), ledger: ledger.get(field) ?? 0 }))
    .filter(isDifferent);
}

interface Settling {
  readonly id: string;
  readonly seen: Costs | undefined;
  readonly wrong: readonly Wrong[];
  readonly mend: boolean;
}

/** Whether nothing was booked there since `seen`; then what is wrong is mended, if it is to be. */
async function settle({ store }: Checking, { id, seen, wrong, mend }: Settling): Promise<boolean> {
  const mark = createHash('sha256')
    .update(JSON.stringify([seen?.changes, wrong]))
    .digest()
    .readUInt32BE(0);
  return store.transaction(async tx => {
    const now = await tx.get(costs, id);
    // Our own mark: the commit before had succeeded, and its answer was lost.
    if (mend && wrong.length > 0 && now?.mended === mark) return true;
    if (now?.changes !== seen?.changes) return false;
    if (!mend || wrong.length === 0) return true;
    const right = Object.fromEntries(wrong.map(({ field, ledger }) => [field, ledger]));
    tx.set(costs, { ...now, ...right, id, changes: Number(now?.changes ?? 0) + 1, mended: mark });
    return true;
  });
}

function note(differences: Map<string, Difference>, { day, field, booked, ledger }: Difference): void {
  const id = `${day} ${field}`;
  const sum = differences.get(id) ?? { day, field, booked: 0, ledger: 0 };
  differences.set(id, { ...sum, booked: sum.booked + booked, ledger: sum.ledger + ledger });
}

function isDifferent({ booked, ledger }: { readonly booked: number; readonly ledger: number }): boolean {
  return booked !== ledger;
}

function shardsOf({ settings }: Checking, day: string): { id: string; day: string }[] {
  return Array.from({ length: settings.spendShards }, (_, shard) => ({ id: costsId(day, shard), day }));
}
