/**
 * An operator has an event sent again: under the same id, at once, and with all the tries of a new event if that fails.
 */
import { type Acting, type By, change, type Outcome } from '../audit.ts';
import { deliveries, jobs, runs } from '../collections.ts';
import type { Delivery } from '../documents.ts';
import type { Engine } from '../engine.ts';
import type { JobStatus, PendingWebhook } from '../job.ts';
import { ringUpkeep, withPending } from '../jobs/upkeep.ts';
import { isOf } from './deliveries.ts';
import { runOfEvent } from './event.ts';

type NotReplayed = 'missing' | 'erased' | 'under way';

/** Of one that is still pending the next try is made now; `under way` when one is being made at this moment. */
export async function replay(engine: Engine, id: string, by: By): Promise<Outcome<Delivery, NotReplayed>> {
  const acting: Acting = engine;
  const outcome = await change<Delivery, NotReplayed>(acting, { from: deliveries, id, by }, async (before, tx) => {
    const run = before && (await tx.get(runs, before.jobId));
    const job = before && (await tx.get(jobs, before.jobId));
    if (!before || !run || !job) return { refused: 'missing' };
    if (job.erasedAt !== undefined) return { refused: 'erased' };
    const now = engine.clock.now();
    if (isUnderWay(before, now)) return { refused: 'under way' };
    const number = runOfEvent(id);
    const entry: PendingWebhook = {
      kind: 'webhook',
      run: number,
      status: before.type.replace(/^job\./, '') as JobStatus,
      at: before.occurredAt,
      notBefore: now,
    };
    const pending = [...run.pending.filter(found => !isOf(found, { run: number })), entry];
    tx.set(runs, withPending(run, pending, engine));
    const document: Delivery = { ...before, state: 'pending', made: 0, nextTryAt: now };
    return { document, did: { action: 'webhook.replay', target: `deliveries/${id}`, detail: `was ${before.state}` } };
  });
  if ('document' in outcome) {
    const run = await engine.store.get(runs, outcome.document.jobId);
    if (run) await ringUpkeep(engine, run);
  }
  return outcome;
}

/** The last try has no outcome, and its process may still be waiting for one. */
function isUnderWay({ tries, state, nextTryAt = 0 }: Delivery, now: number): boolean {
  const last = tries.at(-1);
  return state === 'pending' && last !== undefined && last.ms === undefined && nextTryAt > now;
}
