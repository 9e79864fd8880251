/**
 * The one step that costs money: the provider is told to begin. That it was tried is noted before it is tried, whoever
 * comes after a crash asks the provider first whether it has a batch of this id, and whoever comes too late does not call.
 */
import { upstreamBatches } from '../../common/collections.ts';
import { changeUpstream, HoldLost, insistOnHold } from '../../common/economy/tending.ts';
import { nextLookAt, type UpstreamBatch } from '../../common/economy/upstream-batch.ts';
import type { OutcomeCode } from '../../common/outcomes.ts';
import { ModelError } from '../../common/platform/model.ts';
import { endItems } from './settle-items.ts';
import type { BatchWorker, Step } from './tend-upstream.ts';

/** After these the same call may succeed later. Whatever else the provider says, it will say again. */
const PASSING: ReadonlySet<OutcomeCode> = new Set([
  'rate_limited',
  'quota_exhausted',
  'overloaded',
  'connection_lost',
  'timeout',
]);

export async function createUpstream(worker: BatchWorker, found: UpstreamBatch, signal: AbortSignal): Promise<Step> {
  const { engine, batches } = worker;
  const adopted = found.creations > 0 ? await batches.find(found.id, { signal }) : undefined;
  if (adopted !== undefined) {
    engine.log.warn('an upstream batch was adopted', { upstreamBatch: found.id, reason: adopted });
    return noted(worker, found, adopted);
  }
  if (engine.clock.now() >= found.economyUntil) {
    const detail = 'the provider took no batch in the time that economy had';
    return endItems(worker, found, { code: 'batch_unanswered', detail });
  }
  const batch = await changeUpstream(engine, found, { creations: found.creations + 1 });
  insistOnHold(engine, batch);
  try {
    const { id, model, inputFile: file = '' } = batch;
    const name = await batches.create({ id, model, file }, { signal });
    await engine.point('upstream-created');
    return await noted(worker, batch, name).catch(async (error: unknown) => {
      if (error instanceof HoldLost) await callOffTwin(worker, batch.id, name);
      throw error;
    });
  } catch (error) {
    if (!(error instanceof ModelError) || PASSING.has(error.code)) throw error;
    return refused(worker, batch, error);
  }
}

async function noted({ engine }: BatchWorker, batch: UpstreamBatch, name: string): Promise<Step> {
  const now = engine.clock.now();
  const open = await changeUpstream(engine, batch, { state: 'open', name, submittedAt: now, troubles: 0 });
  await engine.point('upstream-noted');
  return { batch: open, nextAt: nextLookAt(open, now) };
}

/** The call took so long that somebody else has made a batch of their own: one of the two must not be drawn, and billed. */
async function callOffTwin({ engine, batches, stopping }: BatchWorker, id: string, name: string): Promise<void> {
  const found = await engine.store.get(upstreamBatches, id);
  // Without a name whoever has it now will look for one of this id, and find ours.
  if (found?.name === undefined || found.name === name) return;
  engine.log.warn('an upstream batch was created twice; the later one is cancelled', {
    upstreamBatch: id,
    reason: name,
  });
  await batches.cancel(name, { signal: stopping });
}

/** A model that is gone has a fallback; with anything else each job is tried by itself, where it may do better. */
function refused(worker: BatchWorker, batch: UpstreamBatch, error: ModelError): Promise<Step> {
  const code = error.code === 'model_retired' ? 'model_retired' : 'batch_unanswered';
  const { message: detail, providerCode } = error;
  worker.engine.log.warn('the provider refuses an upstream batch', { upstreamBatch: batch.id, code, reason: detail });
  return endItems(worker, batch, { code, detail, ...(providerCode === undefined ? {} : { providerCode }) });
}
