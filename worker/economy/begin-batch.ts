/**
 * Begins an upstream batch: its document first, then a claim of each of its jobs. What a crash leaves unclaimed is
 * claimed by whoever tends the batch next.
 */
import pLimit from 'p-limit';
import { type Exhausted, shareOf } from '../../common/budget.ts';
import { runs } from '../../common/collections.ts';
import { beginUpstream, changeUpstream, HoldLost, releaseUpstream } from '../../common/economy/tending.ts';
import type { UpstreamBatch, UpstreamItem } from '../../common/economy/upstream-batch.ts';
import { newId } from '../../common/ids.ts';
import { DOCUMENT_VERSION, laneQueue, type Run } from '../../common/job.ts';
import { claimForBatch } from '../../common/jobs/claim.ts';
import { estimateMicroUsd, type ModelEntry } from '../../common/models.ts';
import { pauseQueue } from '../../common/pause.ts';
import type { EconomyWorker } from '../worker.ts';

const CLAIMS_AT_ONCE = 8;
/** An answer may be read a while after the batch's time is over: the hold on its jobs ends well after that. */
const LEASE_BEYOND_MS = 60 * 60_000;

export interface Group {
  /** Which all of them are drawn by. */
  readonly model: ModelEntry;
  readonly runs: readonly Run[];
}

/** `no budget`: the day has no room for (all of) them. */
export async function beginBatch(worker: EconomyWorker, group: Group): Promise<'begun' | 'no budget'> {
  const { engine } = worker;
  const { clock, random, limits } = engine;
  const now = clock.now();
  const begun = await beginUpstream(engine, {
    id: newId('upb', clock, random),
    v: DOCUMENT_VERSION,
    state: 'gathering',
    model: group.model.id,
    items: group.runs.map(({ id }) => ({ jobId: id })),
    economyUntil: Math.min(...group.runs.map(({ economyUntil = now }) => economyUntil)),
    createdAt: now,
    creations: 0,
    troubles: 0,
    dispatch: 1,
    expireAt: now + 2 * limits.retentionMs,
  });
  await engine.point('upstream-begun');
  const { items, exhausted } = await claimItems(worker, begun);
  const claimed = items.some(({ fence }) => fence !== undefined);
  // What could not be claimed waits for another batch.
  const batch = await changeUpstream(
    engine,
    begun,
    claimed ? { items } : { items: [], state: 'settled', settledAt: now },
  ).catch((error: unknown) => {
    if (error instanceof HoldLost) return undefined;
    throw error;
  });
  // This process stood still meanwhile, and whoever has taken the batch over goes on with it.
  if (!batch) return 'begun';
  await engine.point('upstream-claimed');
  await releaseUpstream(engine, batch, now);
  if (exhausted) {
    const reason = "the day's budget is used up";
    await pauseQueue(engine, laneQueue('economy'), { reason, until: exhausted.until, because: 'budget' });
  }
  return exhausted ? 'no budget' : 'begun';
}

/** The items that are part of the batch, with their fences; claimed before or just now. */
export async function claimItems(
  worker: EconomyWorker,
  batch: UpstreamBatch,
): Promise<{ items: UpstreamItem[]; exhausted?: Exhausted }> {
  const limit = pLimit(CLAIMS_AT_ONCE);
  const budget = createBudgetGate(worker, batch);
  const claimed = await Promise.all(batch.items.map(item => limit(claimItem, worker, { batch, item, budget })));
  const exhausted = budget.exhausted();
  return { items: claimed.flat(), ...(exhausted ? { exhausted } : {}) };
}

interface Claiming {
  readonly batch: UpstreamBatch;
  readonly item: UpstreamItem;
  readonly budget: ReturnType<typeof createBudgetGate>;
}

/** The item with its fence; nothing when another has it, or the budget has no room for it. */
async function claimItem(
  { engine }: EconomyWorker,
  { batch, item: { jobId }, budget }: Claiming,
): Promise<UpstreamItem[]> {
  const run = await engine.store.get(runs, jobId);
  if (!run) return [];
  const known = run.attempts.find(({ upstreamBatch }) => upstreamBatch === batch.id);
  if (known) return [{ jobId, fence: known.fence }];
  if (!(await budget.admits(run))) return [];
  const into = { upstreamBatch: batch.id, leaseUntil: batch.economyUntil + LEASE_BEYOND_MS };
  const claimed = await claimForBatch(engine, jobId, { model: batch.model, into });
  return claimed.kind === 'claimed' ? [{ jobId, fence: claimed.run.fence }] : [];
}

/** One item after the other is weighed, and counts as soon as it is let in: forty at once would go far over the end. */
function createBudgetGate({ engine }: EconomyWorker, { model }: UpstreamBatch) {
  const oneByOne = pLimit(1);
  const entry = engine.catalogue.get(model);
  let exhausted: Exhausted | undefined;
  const weigh = async (run: Run): Promise<boolean> => {
    const found = exhausted ?? (await engine.budget.exhausted({ shop: run.shop, share: shareOf(run) }));
    // A shop without budget keeps only its own jobs back.
    if (found?.whose === 'service') exhausted = found;
    if (!found && entry) engine.budget.claimed(run.shop, estimateMicroUsd(entry, run.options.size, 'batch'));
    return !found;
  };
  return { admits: (run: Run) => oneByOne(weigh, run), exhausted: () => exhausted };
}
