/**
 * The shopper's quota: so many pictures a day and pool, held in the transaction that admits the job and given back
 * exactly once if no picture is delivered. When one is, the hold simply stays, and counts as the one call that drew it.
 */
import { quotas } from './collections.ts';
import type { Quota } from './documents.ts';
import { digestOf } from './ids.ts';
import type { Owner } from './job.ts';
import { DAY_MS } from './limits.ts';
import type { Store, Transaction } from './platform/store.ts';
import type { Settings } from './settings.ts';

export type Pool = 'named' | 'custom';
export const POOLS: readonly Pool[] = ['named', 'custom'];

/** One identity that is counted, for one pool and day. */
export interface Scope {
  readonly id: string;
  readonly limit: number;
}

export interface PoolState {
  readonly limit: number;
  readonly remaining: number;
  /** When the day ends, ms since 1970. */
  readonly resetAt: number;
  /** 1 silent, 2 a reminder, 3 a warning, 4 used up. */
  readonly warningLevel: 1 | 2 | 3 | 4;
}

/** Pictures a day, by pool: what a shopper may have, and what all shoppers of one address may. */
export type QuotaLimits = Pick<Settings, 'quotaPerDay' | 'quotaPerDayByAddress'>;

/** Model calls that lead to no picture may reach this many times the pool, then the day is over. */
const CALLS_PER_LIMIT = 3;

/** The day (UTC) of a time, as YYYY-MM-DD. */
export function dayOf(nowMs: number): string {
  return new Date(nowMs).toISOString().slice(0, 10);
}

export function endOfDay(nowMs: number): number {
  return (Math.floor(nowMs / DAY_MS) + 1) * DAY_MS;
}

/** The service's limits with those that others have set instead, the last one that names a pool counts. */
export function quotaLimits(service: QuotaLimits, ...instead: readonly (Partial<Record<Pool, number>> | undefined)[]) {
  const limits = { ...service.quotaPerDay };
  for (const pool of POOLS) limits[pool] = instead.findLast(one => one?.[pool] !== undefined)?.[pool] ?? limits[pool];
  return { quotaPerDay: limits, quotaPerDayByAddress: service.quotaPerDayByAddress };
}

/** Whom a submit counts against, the narrowest first; empty for a server that names no shopper. */
export function scopesOf(shop: string, owner: Owner, pool: Pool, limits: QuotaLimits, nowMs: number): Scope[] {
  const name = (kind: string, who: string) => `${dayOf(nowMs)}-${pool}-${digestOf([shop, kind, who]).slice(0, 32)}`;
  const limit = limits.quotaPerDay[pool];
  const scopes: Scope[] = [];
  if (owner.customer !== undefined) scopes.push({ id: name('customer', owner.customer), limit });
  else if (owner.session !== undefined) scopes.push({ id: name('session', owner.session), limit });
  if (owner.ipHash !== undefined) {
    // Whoever is alone at an address may have what is theirs, however much an operator has made that.
    scopes.push({ id: name('ip', owner.ipHash), limit: Math.max(limit, limits.quotaPerDayByAddress[pool]) });
  }
  return scopes;
}

/** The first scope that has no room for one more, or the documents to write the hold into. */
export async function readHold(
  tx: Pick<Transaction, 'get'>,
  scopes: readonly Scope[],
  nowMs: number,
): Promise<{ exceeded: Scope } | { documents: readonly Quota[] }> {
  const { exceeded, documents } = await readHolds(tx, [scopes], nowMs);
  return exceeded ? { exceeded } : { documents };
}

export interface Holds {
  /** By wish, in their order: whether there is room for it beside those before it. */
  readonly held: readonly boolean[];
  /** The first scope that has no room for one of them. */
  readonly exceeded?: Scope;
  /** With the holds of those that have room. */
  readonly documents: readonly Quota[];
}

/** The same for several wishes at once, each with the scopes that it counts against. */
export async function readHolds(
  tx: Pick<Transaction, 'get'>,
  wishes: readonly (readonly Scope[])[],
  nowMs: number,
): Promise<Holds> {
  const found = new Map<string, Quota>();
  for (const { id } of wishes.flat()) {
    if (!found.has(id)) found.set(id, (await tx.get(quotas, id)) ?? emptyQuota(id, nowMs));
  }
  const changed = new Map<string, Quota>();
  const now = (id: string) => changed.get(id) ?? found.get(id) ?? emptyQuota(id, nowMs);
  let exceeded: Scope | undefined;
  const held = wishes.map(scopes => {
    const full = scopes.find(({ id, limit }) => remaining(now(id), limit) < 1);
    exceeded ??= full;
    if (!full) for (const { id } of scopes) changed.set(id, { ...now(id), held: now(id).held + 1 });
    return !full;
  });
  return { held, ...(exceeded ? { exceeded } : {}), documents: [...changed.values()] };
}

/**
 * The documents of a job that is settled after so many calls of the model: with its hold given back where no picture is
 * delivered, and with the calls that were made in vain. None, mostly: a picture at the first call changes nothing.
 */
export async function readSettlement(
  tx: Transaction,
  scopeIds: readonly string[],
  { isReleased, calls }: { readonly isReleased: boolean; readonly calls: number },
): Promise<Quota[]> {
  const givenBack = isReleased ? 1 : 0;
  const inVain = isReleased ? calls : Math.max(0, calls - 1);
  if (givenBack + inVain === 0) return [];
  const documents: Quota[] = [];
  for (const id of scopeIds) {
    const quota = await tx.get(quotas, id);
    if (quota) documents.push({ ...quota, held: quota.held - givenBack, releasedCalls: quota.releasedCalls + inVain });
  }
  return documents;
}

/** State of a pool for a shopper: the tightest of its scopes. */
export async function poolState(
  store: Pick<Store, 'get'>,
  scopes: readonly Scope[],
  nowMs: number,
): Promise<PoolState> {
  let limit = Number.POSITIVE_INFINITY;
  let left = Number.POSITIVE_INFINITY;
  for (const scope of scopes) {
    const quota = (await store.get(quotas, scope.id)) ?? emptyQuota(scope.id, nowMs);
    const here = remaining(quota, scope.limit);
    if (here < left) [left, limit] = [here, scope.limit];
  }
  return { limit, remaining: left, resetAt: endOfDay(nowMs), warningLevel: warningLevel(left) };
}

/** How many more pictures the identity may have, from what is held and from what was called in vain. */
function remaining(quota: Quota, limit: number): number {
  const byHold = limit - quota.held;
  const byCalls = CALLS_PER_LIMIT * limit - quota.held - quota.releasedCalls;
  return Math.max(0, Math.min(byHold, byCalls));
}

function warningLevel(left: number): PoolState['warningLevel'] {
  if (left <= 0) return 4;
  if (left <= 2) return 3;
  return left === 3 ? 2 : 1;
}

function emptyQuota(id: string, nowMs: number): Quota {
  return { id, held: 0, releasedCalls: 0, expireAt: endOfDay(nowMs) + 2 * DAY_MS };
}
