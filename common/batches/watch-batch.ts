/**
 * How a batch stands, now and after each change: for those who wait for it. The jobs of a batch of styles are few, and
 * each is watched.
 */
import { batches, jobs } from '../documents.ts';
import type { Engine } from '../engine.ts';
import type { Job } from '../job.ts';
import { createDocumentWatch, type JobWatch } from '../watch-document.ts';
import { type Batch, type Standing, standingOf } from './batch.ts';

export interface BatchWatch {
  /** As it is now. */
  read(batch: Batch): Promise<Standing>;
  /** Calls `onChange` soon, and after each change, until the returned function is called. Undefined = it is gone. */
  subscribe(batch: Pick<Batch, 'id'>, onChange: (standing: Standing | undefined) => void): () => void;
}

export function createBatchWatch(
  engine: Pick<Engine, 'store' | 'clock'>,
  { jobWatch }: { jobWatch: JobWatch },
): BatchWatch {
  const documents = createDocumentWatch(engine, batches);
  return {
    async read(batch) {
      const found = await Promise.all(batch.jobIds.map(id => engine.store.get(jobs, id)));
      const there = found.filter(job => job !== undefined);
      return standingOf(batch, there);
    },
    subscribe({ id }, onChange) {
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
    },
  };
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
