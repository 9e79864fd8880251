/**
 * Who tends an upstream batch: one worker at a time, for as long as its hold lasts, and again when the next look is due.
 * Every change goes through the hold's fence, so that a worker that was thought dead changes nothing any more.
 */
import { upstreamBatches } from '../collections.ts';
import type { Engine } from '../engine.ts';
import { DOCUMENT_VERSION } from '../job.ts';
import { isPlatformError } from '../platform/errors.ts';
import { type UpstreamBatch, upstreamTaskName } from './upstream-batch.ts';

/**
 * Twice with the same batch: the second finds it held and gets undefined, as for one that is settled or not there. So
 * does the task of an earlier ringing, delivered late or twice: each visit rings for the next one, and otherwise every
 * delivery too many would look at the batch for as long as it lives.
 */
export function holdUpstream(engine: Engine, id: string, taskName: string): Promise<UpstreamBatch | undefined> {
  return engine.store.transaction(async tx => {
    const now = engine.clock.now();
    const found = await tx.get(upstreamBatches, id);
    if (!found || found.state === 'settled' || upstreamTaskName(found) !== taskName) return undefined;
    if (found.lease && found.lease.expiresAt > now) return undefined;
    const held = heldUntil(engine, { ...found, fence: found.fence + 1 }, now);
    tx.set(upstreamBatches, held);
    return held;
  });
}

/** A new batch, held by who writes it. Its id is new, so that a repeated commit finds its own document. */
export function beginUpstream(engine: Engine, batch: Omit<UpstreamBatch, 'fence' | 'lease'>): Promise<UpstreamBatch> {
  return engine.store.transaction(async tx => {
    const there = await tx.get(upstreamBatches, batch.id);
    if (there) return there;
    const begun = heldUntil(engine, { ...batch, fence: 1 }, engine.clock.now());
    tx.set(upstreamBatches, begun);
    return begun;
  });
}

/** Longer than a task can be under delivery: a holder is dead by the time another one comes. */
function heldUntil({ limits }: Engine, batch: UpstreamBatch, now: number): UpstreamBatch {
  const expiresAt = now + limits.dispatchDeadlineMs;
  return { ...batch, lease: { fence: batch.fence, expiresAt }, nextCheckAt: expiresAt };
}

export class HoldLost extends Error {
  constructor() {
    super('somebody else tends the upstream batch');
    this.name = 'HoldLost';
  }
}

/** Throws `HoldLost` when the hold's time is over: who has stood still must not go on to what costs money. */
export function insistOnHold({ clock }: Pick<Engine, 'clock'>, { lease }: UpstreamBatch): void {
  if (lease === undefined || lease.expiresAt <= clock.now()) throw new HoldLost();
}

/** Throws `HoldLost` when somebody else holds the batch by now. Only the fields of `change` are touched. */
export async function changeUpstream(
  engine: Engine,
  held: UpstreamBatch,
  change: Partial<UpstreamBatch>,
): Promise<UpstreamBatch> {
  const changed = await engine.store.transaction(async tx => {
    const found = await tx.get(upstreamBatches, held.id);
    if (found?.lease?.fence !== held.fence || found.fence !== held.fence) return undefined;
    const next = { ...found, ...change };
    tx.set(upstreamBatches, next);
    return next;
  });
  if (!changed) throw new HoldLost();
  return changed;
}

/** Ends the hold; the batch is looked at again at `nextAt`, or never when it is settled. */
export async function releaseUpstream(engine: Engine, held: UpstreamBatch, nextAt: number): Promise<void> {
  const released = await engine.store.transaction(async tx => {
    const found = await tx.get(upstreamBatches, held.id);
    if (found?.fence !== held.fence) return undefined;
    const { lease: _, nextCheckAt: __, ...free } = found;
    const next: UpstreamBatch =
      free.state === 'settled'
        ? free
        : { ...free, dispatch: free.dispatch + 1, nextCheckAt: nextAt + engine.limits.firstCheckMs };
    tx.set(upstreamBatches, next);
    return next;
  });
  if (released && released.state !== 'settled') await ringUpstream(engine, released, nextAt);
}

/** A bell that does not ring is no fault: the sweeper rings again. */
export async function ringUpstream(engine: Engine, batch: UpstreamBatch, notBefore: number): Promise<void> {
  const name = upstreamTaskName(batch);
  try {
    await engine.queue.enqueue({
      queue: 'upkeep',
      name,
      kind: 'upkeep',
      payload: { what: 'upstream', upstreamBatch: batch.id, v: DOCUMENT_VERSION },
      ...(notBefore > engine.clock.now() ? { notBefore } : {}),
    });
  } catch (error) {
    if (!isPlatformError(error)) throw error;
    engine.log.warn('upstream task not enqueued; the sweeper will', { taskName: name, error });
  }
}
