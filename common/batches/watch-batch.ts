/**
 * How a batch stands, now and after each change: for those who wait for it. The jobs of a batch of styles are few, and
 * each is watched; those of items are counted, at most every two seconds for all who ask.
 */
import { batches, jobs } from '../collections.ts';
import type { Engine } from '../engine.ts';
import type { Job } from '../job.ts';
import { createDocumentWatch, type JobWatch } from '../watch-document.ts';
import { type Batch, itemsStandingOf, type Standing, standingOf } from './batch.ts';
import { readBatchSpend } from './batch-spend.ts';
import { readCounts } from './read-counts.ts';

export interface BatchWatch {
  /** As it is now; of items, as of at most two seconds ago. */
  read(batch: Batch): Promise<Standing>;
  /** Calls `onChange` soon, and after each change, until the returned function is called. Undefined = it is gone. */
  subscribe(batch: Batch, onChange: (standing: Standing | undefined) => void): () => void;
}

const SNAPSHOT_MS = 2_000;
const KEPT_MAX = 1_000;

export function createBatchWatch(
  engine: Pick<Engine, 'store' | 'clock'>,
  { jobWatch }: { jobWatch: JobWatch },
): BatchWatch {
  const { store, clock } = engine;
  const documents = createDocumentWatch(engine, batches);
  const snapshots = new Map<
    string,
    { readonly at: number; readonly sequence: number; readonly counted: ReturnType<typeof count> }
  >();

  async function count(batch: Batch) {
    const [made, spentMicroUsd] = await Promise.all([readCounts(store, batch), readBatchSpend(store, batch)]);
    return { made, spentMicroUsd };
  }

  async function readItems(batch: Batch): Promise<Standing> {
    const known = snapshots.get(batch.id);
    // A change of the batch itself, such as a retry, makes what was counted before untrue.
    if (known && known.sequence === batch.sequence && clock.now() - known.at < SNAPSHOT_MS) {
      const { made, spentMicroUsd } = await known.counted;
      return itemsStandingOf(batch, made, spentMicroUsd);
    }
    if (snapshots.size >= KEPT_MAX) snapshots.clear();
    const counted = count(batch);
    snapshots.set(batch.id, { at: clock.now(), sequence: batch.sequence, counted });
    counted.catch(() => snapshots.delete(batch.id));
    const { made, spentMicroUsd } = await counted;
    return itemsStandingOf(batch, made, spentMicroUsd);
  }

  return {
    async read(batch) {
      if (batch.kind === 'items') return readItems(batch);
      const found = await Promise.all(batch.jobIds.map(id => store.get(jobs, id)));
      const there = found.filter(job => job !== undefined);
      return standingOf(batch, there);
    },
    subscribe(batch, onChange) {
      return batch.kind === 'items' ? subscribeItems(batch, onChange) : subscribeStyles(batch, onChange);
    },
  };

  /** Each snapshot that tells something new. */
  function subscribeItems({ id }: Batch, onChange: (standing: Standing | undefined) => void): () => void {
    let stopped = false;
    let cancel = () => {};
    let told = '';
    const look = async () => {
      const batch = await store.get(batches, id);
      const found = batch && (await readItems(batch));
      if (stopped) return;
      const text = found ? JSON.stringify([found.status, found.sequence, found.counts]) : '';
      if (!found || text !== told) onChange(found);
      told = text;
    };
    const lookOn = () => {
      // Who waits is told as soon as the store answers again.
      void look()
        .catch(() => {})
        .then(() => {
          if (!stopped) cancel = clock.after(SNAPSHOT_MS, lookOn);
        });
    };
    lookOn();
    return () => {
      stopped = true;
      cancel();
    };
  }

  function subscribeStyles({ id }: Batch, onChange: (standing: Standing | undefined) => void): () => void {
    let stopJobs: (() => void) | undefined;
    let latest: Batch | undefined;
    const known = new Map<string, Job>();
    const tell = () => {
      const found = latest?.jobIds.map(jobId => known.get(jobId)).filter(job => job !== undefined) ?? [];
      if (latest && found.length === latest.jobIds.length) onChange(standingOf(latest, found));
    };
    const stopBatch = documents.subscribe(id, batch => {
      latest = batch;
      if (!batch) return onChange(undefined);
      stopJobs ??= watchAll(jobWatch, batch.jobIds, (jobId, job) => {
        if (!job) return onChange(undefined);
        known.set(jobId, job);
        tell();
      });
      tell();
    });
    return () => {
      stopBatch();
      stopJobs?.();
    };
  }
}

function watchAll(
  watch: JobWatch,
  ids: readonly string[],
  onChange: (id: string, job: Job | undefined) => void,
): () => void {
  const stops = ids.map(id => watch.subscribe(id, job => onChange(id, job)));
  return () => {
    for (const stop of stops) stop();
  };
}
