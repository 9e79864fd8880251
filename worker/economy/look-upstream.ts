/**
 * A look at a batch that the provider has: it goes on, or it has ended, or its time is over. Whatever the provider calls
 * its state, only two things matter: whether more may come, and whether there are answers to be read.
 */
import { changeUpstream } from '../../common/economy/tending.ts';
import { GIVE_UP_MS, nextLookAt, type UpstreamBatch } from '../../common/economy/upstream-batch.ts';
import { finish } from '../../common/jobs/finish.ts';
import type { UpstreamLook } from '../../common/platform/batch-model.ts';
import { copyResults } from './copy-results.ts';
import { endItems, overToBulk, readItems } from './settle-items.ts';
import type { BatchWorker, Step } from './tend-upstream.ts';

/** After the order to cancel, what was drawn before is waited for so long. */
const CANCEL_GRACE_MS = 5 * 60_000;
const CANCEL_LOOK_MS = 60_000;
const GONE: UpstreamLook = { state: 'GONE', phase: 'ended', detail: 'the provider does not know the batch any more' };

export async function lookUpstream(worker: BatchWorker, found: UpstreamBatch, signal: AbortSignal): Promise<Step> {
  const { engine, batches } = worker;
  const answer = await batches.look(found.name ?? '', { signal });
  const look = answer === 'gone' ? GONE : answer;
  const now = engine.clock.now();
  const batch = await changeUpstream(engine, found, {
    upstreamState: look.state,
    ...(look.phase === 'ended' && found.endedAt === undefined ? { endedAt: now } : {}),
  });
  if (look.phase === 'ended') return copyResults(worker, { batch, look, signal });
  const alive = await endCanceled(worker, batch);
  if (alive === 0 || now >= batch.economyUntil) return callOff(worker, batch, { signal, alive });
  const looked = batch.troubles > 0 ? await changeUpstream(engine, batch, { troubles: 0 }) : batch;
  return { batch: looked, nextAt: nextLookAt(looked, now) };
}

/** Jobs that were given up just before the provider had them. Answers how many still wait for their picture. */
async function endCanceled(worker: BatchWorker, batch: UpstreamBatch): Promise<number> {
  const items = await readItems(worker, batch);
  const canceled = items.filter(({ run }) => run.cancelRequested);
  for (const { run } of canceled) await finish(worker.engine, run.id, run.fence, { kind: 'canceled', called: true });
  return items.length - canceled.length;
}

/**
 * Nobody waits for the batch any more, or its time is over: the provider is told to stop, again at each look until it
 * says that it does, for what it goes on drawing is paid for. What it has drawn by then is taken; what has no answer
 * after a short grace goes to bulk. The batch is watched on until it has ended, for what it cost.
 */
async function callOff(
  worker: BatchWorker,
  batch: UpstreamBatch,
  { signal, alive }: { signal: AbortSignal; alive: number },
): Promise<Step> {
  const { engine } = worker;
  const now = engine.clock.now();
  if (!isStopping(batch)) await askToStop(worker, batch, signal);
  const { cancelAskedAt } = batch;
  if (cancelAskedAt === undefined) {
    const asked = await changeUpstream(engine, batch, { cancelAskedAt: now, troubles: 0 });
    return { batch: asked, nextAt: now + CANCEL_LOOK_MS };
  }
  if (now - cancelAskedAt < CANCEL_GRACE_MS) return { batch, nextAt: now + CANCEL_LOOK_MS };
  const left = alive > 0 ? await overToBulk(worker, batch) : batch;
  if (now - (batch.submittedAt ?? batch.createdAt) > GIVE_UP_MS) {
    return endItems(worker, left, { code: 'batch_lost', detail: 'the provider never ended the batch' });
  }
  return { batch: left, nextAt: nextLookAt(left, now) };
}

/** It may have ended meanwhile; and what cannot be cancelled must not keep its jobs from bulk. */
async function askToStop({ engine, batches }: BatchWorker, batch: UpstreamBatch, signal: AbortSignal): Promise<void> {
  await batches
    .cancel(batch.name ?? '', { signal })
    .catch((error: unknown) =>
      engine.log.warn('an upstream batch is not cancelled', { upstreamBatch: batch.id, error }),
    );
}

/** Both of the provider's services name the state between the order and the end alike. */
function isStopping({ upstreamState = '' }: UpstreamBatch): boolean {
  return upstreamState.includes('CANCELLING');
}
