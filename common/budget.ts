/**
 * The day's spend against the day's budgets: of the whole service, and of each shop that has one. Claim adds an estimate
 * to the spend and finish corrects it to the true cost, both by blind increments inside their own transaction, so that
 * no two jobs contend for a document. The gate sums the shards, at most once a second, and adds what this process has
 * claimed since: it overshoots by the calls in flight, never by more.
 */
import { createHash } from 'node:crypto';
import type { Clock } from './clock.ts';
import { shops, spend } from './documents.ts';
import type { Lane, Owner } from './job.ts';
import type { Log } from './log.ts';
import type { Store, Transaction } from './platform/store.ts';
import { dayOf, endOfDay } from './quota.ts';
import type { Settings } from './settings.ts';
import { activeSwitch } from './switches.ts';

/**
 * How much of the day each kind of job may use, in percent: neither a bot that opens sessions nor a batch can shut out
 * the customers that a shop knows.
 */
export const SHARES = { customer: 100, anonymous: 70, bulk: 60 } as const;
export type Share = keyof typeof SHARES;

/** Thresholds of the day's budget that are told to the operator, in percent. */
export const THRESHOLDS = [50, 75, 90, 100] as const;

const GATE_CACHE_MS = 1_000;

export interface Spending {
  readonly store: Pick<Store, 'get'>;
  readonly settings: Pick<Settings, 'spendShards' | 'budgetMicroUsdPerDay'>;
}

export interface Ask {
  readonly shop: string;
  readonly share: Share;
}

/** Whose budget has no room, and when it has again at the latest, ms since 1970. */
export interface Exhausted {
  readonly whose: 'service' | 'shop';
  readonly until: number;
}

export interface Budget {
  /** Undefined when there is room for one more call. Asks the store at most once a second. */
  exhausted(ask: Ask): Promise<Exhausted | undefined>;
  /** A call was claimed by this process: it counts at once, not only at the next look into the store. */
  claimed(shop: string, microUsd: number): void;
}

export interface BudgetState {
  /** Micro-dollars, calls in flight included by their estimates. */
  readonly spentMicroUsd: number;
  /** Absent = no budget of its own. */
  readonly capMicroUsd?: number;
}

export function shareOf({ lane, owner }: { lane: Lane; owner: Owner }): Share {
  if (lane === 'bulk') return 'bulk';
  return owner.customer === undefined && owner.session !== undefined ? 'anonymous' : 'customer';
}

export interface Charged {
  readonly jobId: string;
  readonly shop: string;
  /** YYYY-MM-DD: a correction goes to the day that carries the estimate. */
  readonly day: string;
  readonly microUsd: number;
}

export function addSpend(tx: Transaction, shards: number, { jobId, shop, day, microUsd }: Charged): void {
  if (microUsd === 0) return;
  const shard = shardOf(jobId, shards);
  for (const id of [spendId(day, shard), spendId(day, shard, shop)]) tx.increment(spend, id, { microUsd });
}

/** What was spent on a day, in micro-dollars, by all shops or by one; calls in flight included by their estimates. */
export async function spentMicroUsd({ store, settings }: Spending, day: string, shop?: string): Promise<number> {
  const shards = Array.from({ length: settings.spendShards }, (_, shard) => spendId(day, shard, shop));
  const documents = await Promise.all(shards.map(id => store.get(spend, id)));
  return documents.reduce((sum, document) => sum + (document?.microUsd ?? 0), 0);
}

/** The day as it stands for the service, or for a shop. An override that is set and not over counts instead of the cap. */
export async function budgetState(spending: Spending, nowMs: number, shop?: string): Promise<BudgetState> {
  const cap = await capMicroUsd(spending, nowMs, shop);
  const spent = await spentMicroUsd(spending, dayOf(nowMs), shop);
  return { spentMicroUsd: spent, ...(cap === undefined ? {} : { capMicroUsd: cap }) };
}

/** Id of the switch that overrides a budget. */
export function overrideId(shop?: string): string {
  return shop === undefined ? 'budget' : `budget-${shop}`;
}

async function capMicroUsd({ store, settings }: Spending, nowMs: number, shop?: string): Promise<number | undefined> {
  const override = await activeSwitch(store, overrideId(shop), nowMs);
  if (override?.microUsd !== undefined) return override.microUsd;
  if (shop === undefined) return settings.budgetMicroUsdPerDay;
  return (await store.get(shops, shop))?.budgetMicroUsdPerDay;
}

export function createBudget(engine: Spending & { readonly clock: Clock; readonly log: Log }): Budget {
  const known = new Map<string | undefined, { at: number; day: string; state: Promise<BudgetState>; since: number }>();
  const told = new Set<string>();

  function look(shop: string | undefined) {
    const now = engine.clock.now();
    const day = dayOf(now);
    const before = known.get(shop);
    if (before && before.day === day && now - before.at < GATE_CACHE_MS) return before;
    const looked = { at: now, day, state: budgetState(engine, now, shop), since: 0 };
    known.set(shop, looked);
    looked.state.then(
      state => tell(day, state, shop),
      () => known.get(shop) === looked && known.delete(shop),
    );
    return looked;
  }

  function tell(day: string, { spentMicroUsd: spent, capMicroUsd: cap }: BudgetState, shop: string | undefined): void {
    for (const percent of THRESHOLDS) {
      const key = `${day} ${shop ?? ''} ${percent}`;
      if (cap === undefined || spent * 100 < cap * percent || told.has(key)) continue;
      told.add(key);
      const reason = `${dollars(spent)} of ${dollars(cap)}${shop === undefined ? '' : ` of shop ${shop}`}`;
      engine.log.warn('budget threshold reached', { code: `budget_${percent}`, reason });
    }
  }

  return {
    async exhausted({ shop, share }) {
      for (const [whose, name] of [['service', undefined] as const, ['shop', shop] as const]) {
        const looked = look(name);
        const { spentMicroUsd: spent, capMicroUsd: cap } = await looked.state;
        const room = cap === undefined || (spent + looked.since) * 100 < cap * SHARES[share];
        if (!room) return { whose, until: endOfDay(engine.clock.now()) };
      }
      return undefined;
    },
    claimed(shop, microUsd) {
      for (const name of [undefined, shop]) {
        const looked = known.get(name);
        if (looked) looked.since += microUsd;
      }
    },
  };
}

function dollars(microUsd: number): string {
  return `$${(microUsd / 1_000_000).toFixed(2)}`;
}

function spendId(day: string, shard: number, shop?: string): string {
  return shop === undefined ? `${day}-${shard}` : `${day}-${shop}-${shard}`;
}

function shardOf(jobId: string, shards: number): number {
  return createHash('sha256').update(jobId).digest().readUInt32BE(0) % shards;
}
