/**
 * The bell of an erasure, and the look for those that it forgot: as with jobs, the document carries the time by which
 * somebody has to look at it again, and the sweeper asks for that.
 */
import { privacyRequests } from '../collections.ts';
import type { Engine } from '../engine.ts';
import { DOCUMENT_VERSION } from '../job.ts';
import { isPlatformError } from '../platform/errors.ts';
import type { PrivacyRequest } from './privacy-request.ts';

/** More than are ever under way at once; the others are found by the next sweep. */
const REQUESTS_MAX = 100;

export function rung(
  { dispatch }: Pick<PrivacyRequest, 'dispatch'>,
  { limits }: Pick<Engine, 'limits'>,
  dueAt: number,
): Pick<PrivacyRequest, 'dispatch' | 'nextCheckAt'> {
  return { dispatch: dispatch + 1, nextCheckAt: dueAt + limits.firstCheckMs };
}

/** A bell that does not ring is no fault: the sweeper rings again. `notBefore` in ms since 1970. */
export async function ringPrivacy(engine: Engine, request: PrivacyRequest, notBefore = 0): Promise<void> {
  const name = taskOf(request);
  try {
    const payload = { what: 'privacy', requestId: request.id, v: DOCUMENT_VERSION };
    const due = notBefore > 0 ? { notBefore } : {};
    await engine.queue.enqueue({ queue: 'upkeep', name, kind: 'upkeep', payload, ...due });
  } catch (error) {
    if (!isPlatformError(error)) throw error;
    engine.log.warn('step of an erasure not enqueued; the sweeper will', { taskName: name, error });
  }
}

export async function sweepPrivacy(engine: Engine): Promise<void> {
  const due = await engine.store.list({
    from: privacyRequests,
    where: [['nextCheckAt', '<=', engine.clock.now()]],
    orderBy: ['nextCheckAt', 'asc'],
    limit: REQUESTS_MAX,
  });
  for (const seen of due.items) await lookAt(engine, seen);
}

async function lookAt(engine: Engine, seen: PrivacyRequest): Promise<void> {
  // A task that waits behind a paused queue needs no second one.
  const waiting = (await engine.queue.exists('upkeep', taskOf(seen))) === 'waiting';
  const after = await engine.store.transaction(async tx => {
    const before = await tx.get(privacyRequests, seen.id);
    if (before?.state !== 'running' || before.dispatch !== seen.dispatch) return undefined;
    const now = engine.clock.now();
    const looked = waiting
      ? { ...before, nextCheckAt: now + engine.limits.checkMinMs }
      : { ...before, ...rung(before, engine, now) };
    tx.set(privacyRequests, looked);
    return waiting ? undefined : looked;
  });
  if (after) await ringPrivacy(engine, after);
}

function taskOf({ id, dispatch }: Pick<PrivacyRequest, 'id' | 'dispatch'>): string {
  return `${id}-${dispatch}`;
}
