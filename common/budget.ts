/**
 * The day's spend against the day's budgets: of the whole service, and of each shop that has one. Claim adds an estimate
 * to the spend and finish corrects it to the true cost, both by blind increments inside their own transaction, so that
 * no two jobs contend for a document. The gate sums the shards, at most once a second and less often far from the end,
 * and adds what this process has claimed since: it overshoots by the calls in flight, never by more.
 */
import { createHash } from 'node:crypto';
import type { Clock } from './clock.ts';
import { shops, spend } from './collections.ts';
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

/** A sum is believed for a second, and for longer the farther it is from its end, at more than any set-up can spend. */
const GATE_CACHE_MS = 1_000;
const GATE_CACHE_MAX_MS = 10_000;
const SPEND_MAX_MICRO_USD_PER_S = 3_000_000;

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
  if (lane !== 'interactive') return 'bulk';
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
  const [cap, spent] = await Promise.all([
    capMicroUsd(spending, nowMs, shop),
    spentMicroUsd(spending, dayOf(nowMs), shop),
  ]);
  return { spentMicroUsd: spent, ...(cap === undefined ? {} : { capMicroUsd: cap }) };
}

/** Whether one more call of that kind may be begun. */
export function hasRoom({ spentMicroUsd: spent, capMicroUsd: cap }: BudgetState, share: Share): boolean {
  return cap === undefined || spent * 100 < cap * SHARES[share];
}

/** What a day may cost without an override; undefined = no budget of its own. */
export async function usualCapMicroUsd(spending: Spending, shop?: string): Promise<number | undefined> {
  if (shop === undefined) return spending.settings.budgetMicroUsdPerDay;
  return (await spending.store.get(shops, shop))?.budgetMicroUsdPerDay;
}

/** Id of the switch that overrides a budget. */
export function overrideId(shop?: string): string {
  return shop === undefined ? 'budget' : `budget-${shop}`;
}

async function capMicroUsd(spending: Spending, nowMs: number, shop?: string): Promise<number | undefined> {
  const override = await activeSwitch(spending.store, overrideId(shop), nowMs);
  return override?.microUsd ?? usualCapMicroUsd(spending, shop);
}

interface Look {
  readonly day: string;
  believedUntil: number;
  readonly state: Promise<BudgetState>;
  /** What this process has claimed since. */
  since: number;
}

export function createBudget(engine: Spending & { readonly clock: Clock; readonly log: Log }): Budget {
  const known = new Map<string | undefined, Look>();
  const told = new Set<string>();

  function look(shop: string | undefined): Look {
    const now = engine.clock.now();
    const day = dayOf(now);
    const before = known.get(shop);
    if (before && before.day === day && now < before.believedUntil) return before;
    const looked: Look = { day, believedUntil: now + GATE_CACHE_MS, state: gateState(engine, now, shop), since: 0 };
    known.set(shop, looked);
    looked.state.then(
      state => {
        looked.believedUntil = now + believedForMs(state);
        tell(day, state, shop);
      },
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
        const { spentMicroUsd, ...state } = await looked.state;
        const room = hasRoom({ ...state, spentMicroUsd: spentMicroUsd + looked.since }, share);
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

/** As `budgetState`, but where there is no cap nobody needs the sum: most shops have none, and it is many reads. */
async function gateState(spending: Spending, nowMs: number, shop?: string): Promise<BudgetState> {
  const cap = shop === undefined ? 0 : await capMicroUsd(spending, nowMs, shop);
  return cap === undefined ? { spentMicroUsd: 0 } : budgetState(spending, nowMs, shop);
}

/** Until the next of the shares' ends can be reached at the earliest. */
function believedForMs({ spentMicroUsd: spent, capMicroUsd: cap }: BudgetState): number {
  if (cap === undefined) return GATE_CACHE_MAX_MS;
  const gaps = Object.values(SHARES).map(percent => (cap * percent) / 100 - spent);
  const gap = Math.min(...gaps.filter(left => left > 0));
  const safeMs = Number.isFinite(gap) ? (1_000 * gap) / SPEND_MAX_MICRO_USD_PER_S : 0;
  return Math.min(GATE_CACHE_MAX_MS, Math.max(GATE_CACHE_MS, safeMs));
}

function dollars(microUsd: number): string {
  return `$${(microUsd / 1_000_000).toFixed(2)}`;
}

function spendId(day: string, shard: number, shop?: string): string {
  return shop === undefined ? `${day}-${shard}` : `${day}-${shop}-${shard}`;
}

export function shardOf(jobId: string, shards: number): number {
  return createHash('sha256').update(jobId).digest().readUInt32BE(0) % shards;
}
