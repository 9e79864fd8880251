/**
 * A try of a delivery, as the two transactions around it. `beginTry` writes that it is made before anything is sent, so
 * that of a task that comes twice one sends; `endTry` writes what came of it, and either ends the run's pending entry or
 * puts it off. A process that ends in between leaves a try without an outcome, and another follows: receivers may hear of
 * an event twice, under one id, and never miss it.
 */
import { deliveries, jobs, runs } from '../collections.ts';
import type { Delivery } from '../documents.ts';
import type { Engine } from '../engine.ts';
import { newId } from '../ids.ts';
import type { Job, Pending, PendingWebhook, Run } from '../job.ts';
import { ringUpkeep, upkeepDone, withPending } from '../jobs/upkeep.ts';
import { eventId, newDelivery } from './event.ts';
import { withoutAddress, withoutPath } from './forget.ts';
import { closeTry, TRIES_MAX, type TryOutcome } from './schedule.ts';

/** More than a try may take, less than anybody waits: after this a try without an outcome counts as dead. */
export const TRY_LEASE_MS = 30_000;
/** A task may arrive this much before its time by the worker's clock and still counts as due. */
const CLOCK_SKEW_MS = 2_000;
/** Ten of a round, and those of replays; the document must not grow without end. */
const TRIES_KEPT = 40;

export interface EventOf {
  readonly jobId: string;
  readonly run: number;
}

export interface BegunTry {
  readonly tryId: string;
  readonly delivery: Delivery;
  readonly run: Run;
  readonly job: Job;
}

type Begin =
  | ({ readonly kind: 'begun' } & BegunTry)
  /** Another try is under way, or it is too early. */
  | { readonly kind: 'later'; readonly at: number }
  | { readonly kind: 'settled' };

/** Undefined when nothing is to be sent now; the entry of the run is then put off or removed. */
export async function beginTry(engine: Engine, event: EventOf): Promise<BegunTry | undefined> {
  const tryId = newId('try', engine.clock, engine.random);
  const begin = await beginIn(engine, event, tryId);
  if (begin.kind === 'begun') return begin;
  if (begin.kind === 'settled') await upkeepDone(engine, event.jobId, entry => isOf(entry, event));
  else await postpone(engine, event, begin.at);
  return undefined;
}

function beginIn(engine: Engine, event: EventOf, tryId: string): Promise<Begin> {
  return engine.store.transaction(async (tx): Promise<Begin> => {
    const now = engine.clock.now();
    const run = await tx.get(runs, event.jobId);
    const job = await tx.get(jobs, event.jobId);
    const entry = run?.pending.find((found): found is PendingWebhook => isOf(found, event));
    if (!run || !job || !entry) return { kind: 'settled' };
    const known = await tx.get(deliveries, eventId(event.jobId, event.run));
    const delivery = known ?? newDelivery(run, entry, now);
    if (delivery.tries.some(({ id }) => id === tryId)) return { kind: 'begun', tryId, delivery, run, job };
    if (delivery.state !== 'pending') return { kind: 'settled' };
    const { nextTryAt = 0 } = delivery;
    if (nextTryAt > now + CLOCK_SKEW_MS) return { kind: 'later', at: nextTryAt };
    if (delivery.made >= TRIES_MAX) {
      // The last try ended with its process: nobody has written its end.
      const { nextTryAt: _, ...ended } = delivery;
      const failed: Delivery = { ...ended, state: 'failed' };
      tx.set(deliveries, job.erasedAt === undefined ? failed : withoutPath(failed));
      return { kind: 'settled' };
    }
    const begun: Delivery = {
      ...delivery,
      made: delivery.made + 1,
      tries: [...delivery.tries, { id: tryId, at: now }].slice(-TRIES_KEPT),
      nextTryAt: now + TRY_LEASE_MS,
    };
    tx.set(deliveries, begun);
    return { kind: 'begun', tryId, delivery: begun, run, job };
  });
}

/** The delivery as it is then. Twice with the same try: the second changes nothing. */
export async function endTry(
  engine: Engine,
  { tryId, delivery: { id, jobId }, event }: { tryId: string; delivery: Delivery; event: EventOf },
  outcome: TryOutcome,
): Promise<Delivery | undefined> {
  const fraction = engine.random.fraction();
  const ended = await engine.store.transaction(async tx => {
    const now = engine.clock.now();
    const before = await tx.get(deliveries, id);
    const run = await tx.get(runs, jobId);
    const job = await tx.get(jobs, jobId);
    if (!before) return undefined;
    const closed = closeTry(before, tryId, { outcome, now, fraction });
    if (closed === before) return { delivery: before };
    const isErased = job?.erasedAt !== undefined;
    const after = isErased && closed.state !== 'pending' ? withoutPath(closed) : closed;
    tx.set(deliveries, after);
    if (!run?.pending.some(entry => isOf(entry, event))) return { delivery: after };
    const moved = putOff(run, event, after.state === 'pending' ? after.nextTryAt : undefined);
    const settled = withPending(moved, moved.pending, engine);
    const checked = isErased ? withoutAddress(settled) : settled;
    tx.set(runs, checked);
    return { delivery: after, run: checked };
  });
  if (ended?.run) await ringUpkeep(engine, ended.run);
  return ended?.delivery;
}

async function postpone(engine: Engine, event: EventOf, at: number): Promise<void> {
  const put = await engine.store.transaction(async tx => {
    const run = await tx.get(runs, event.jobId);
    if (!run?.pending.some(entry => isOf(entry, event) && entry.notBefore !== at)) return undefined;
    const moved = putOff(run, event, at);
    const checked = withPending(moved, moved.pending, engine);
    tx.set(runs, checked);
    return checked;
  });
  if (put) await ringUpkeep(engine, put);
}

/** The run with its entry due at that time, which is part of the task's name; without it when there is no such time. */
function putOff(run: Run, event: EventOf, at: number | undefined): Run {
  if (at === undefined) return { ...run, pending: run.pending.filter(entry => !isOf(entry, event)) };
  const pending = run.pending.map(entry => (isOf(entry, event) ? { ...entry, notBefore: at } : entry));
  return { ...run, pending };
}

export function isOf(entry: Pending, { run }: Pick<EventOf, 'run'>): entry is PendingWebhook {
  return entry.kind === 'webhook' && entry.run === run;
}
