/**
 * The items of an upstream batch that have no answer: their attempts end, each by the table of outcomes, and what is
 * learnt late of an attempt that is over goes into the ledger alone.
 */
import { runs } from '../../common/collections.ts';
import { changeUpstream } from '../../common/economy/tending.ts';
import type { UpstreamBatch, UpstreamItem } from '../../common/economy/upstream-batch.ts';
import type { Run } from '../../common/job.ts';
import { finish } from '../../common/jobs/finish.ts';
import type { OutcomeCode } from '../../common/outcomes.ts';
import type { EconomyWorker } from '../worker.ts';
import type { Step } from './tend-upstream.ts';

export interface Ending {
  readonly code: OutcomeCode;
  readonly detail: string;
  readonly providerCode?: string;
}

/** Whether the attempt that is part of the batch is still the run's own. */
export function isOurs(run: Run | undefined, { fence }: UpstreamItem): run is Run {
  return run !== undefined && run.status === 'running' && run.fence === fence;
}

export async function readItems(
  { engine }: EconomyWorker,
  batch: UpstreamBatch,
): Promise<{ item: UpstreamItem; run: Run }[]> {
  const read = batch.items.map(async item => ({ item, run: await engine.store.get(runs, item.jobId) }));
  const all = await Promise.all(read);
  return all.flatMap(({ item, run }) => (isOurs(run, item) ? [{ item, run }] : []));
}

/** Ends the attempts of these items; of those that are over already, what they cost is set right. */
export async function failItems(
  { engine }: EconomyWorker,
  items: readonly UpstreamItem[],
  { code, detail, providerCode }: Ending,
): Promise<void> {
  // Refused, or not drawn: then nothing is billed, also not what was put down as perhaps billed before.
  const called = code === 'batch_lost';
  for (const { jobId, fence } of items) {
    if (fence === undefined) continue;
    const end = { kind: 'failed' as const, code, called, detail, ...(providerCode ? { providerCode } : {}) };
    await finish(engine, jobId, fence, end);
  }
}

/** Ends all items alike, and the batch. */
export async function endItems(worker: EconomyWorker, batch: UpstreamBatch, ending: Ending): Promise<Step> {
  await failItems(worker, batch.items, ending);
  return settled(worker, batch, ending.detail);
}

export async function settled({ engine }: EconomyWorker, batch: UpstreamBatch, detail?: string): Promise<Step> {
  const now = engine.clock.now();
  const done = await changeUpstream(engine, batch, {
    state: 'settled',
    settledAt: now,
    troubles: 0,
    ...(detail === undefined ? {} : { detail }),
  });
  await engine.point('upstream-settled');
  engine.log.info('upstream batch settled', { upstreamBatch: batch.id, reason: detail ?? batch.upstreamState ?? '' });
  return { batch: done };
}

/** Its jobs do not wait any longer. The batch is watched on: what it has cost, and perhaps drawn, is still to be learnt. */
export async function overToBulk(worker: EconomyWorker, batch: UpstreamBatch): Promise<UpstreamBatch> {
  const { engine } = worker;
  const detail = `no answer in the time of economy; the batch was ${batch.upstreamState ?? batch.state}`;
  const left = await readItems(worker, batch);
  await failItems(
    worker,
    left.map(({ item }) => item),
    { code: 'batch_lost', detail },
  );
  await engine.point('upstream-fell-back');
  engine.log.warn('bulk takes over from an upstream batch', { upstreamBatch: batch.id, reason: detail });
  return changeUpstream(engine, batch, { fellBackAt: engine.clock.now() });
}
