/**
 * The service looks at itself: what should have happened by now and has not, and what the documents, the bucket and the
 * queues say that cannot all be true. It changes nothing. Counts come from indexed queries; what takes a look at each job
 * is asked of the newest ones only, so that it costs the same however much there is.
 */
import { jobs, runs } from '../collections.ts';
import type { Engine } from '../engine.ts';
import { isDone, JOB_STATUSES, type Run } from '../job.ts';
import { jobOfPhoto } from '../jobs/photo-path.ts';
import { lastSweepAt } from '../jobs/sweep.ts';
import { queueState } from '../pause.ts';
import { isPlatformError } from '../platform/errors.ts';
import { QUEUES } from '../platform/queue.ts';
import { type Finding, finding } from './findings.ts';

export interface SelfCheck {
  readonly at: number;
  readonly findings: readonly Finding[];
  /** How many of the newest ended jobs, and of the stored photos, were looked at one by one. */
  readonly looked: { readonly jobs: number; readonly photos: number };
}

/** Two missed sweeps and a little: the sweep runs each minute. */
const LATE_MS = 180_000;
/** A submit takes seconds; a photo that is older than this should be named by a job. */
const PHOTO_SETTLED_MS = 3_600_000;
const JOBS_LOOKED_AT = 100;
const PHOTOS_LOOKED_AT = 100;

/** Throws what store, queue and bucket throw: what cannot be asked cannot be called sound. */
export async function selfCheck(engine: Engine): Promise<SelfCheck> {
  const now = engine.clock.now();
  const newest = await engine.store.list({ from: runs, orderBy: ['finishedAt', 'desc'], limit: JOBS_LOOKED_AT });
  const photos = await engine.bucket.list('inputs/', { limit: PHOTOS_LOOKED_AT });
  const found = await Promise.all([
    sweeper(engine, now),
    overdue(engine, now),
    leases(engine, now),
    unsettled(engine),
    faces(engine, newest.items),
    pictures(engine, newest.items, now),
    queues(engine, now),
    orphans(engine, photos, now),
  ]);
  return {
    at: now,
    findings: found.flat().filter(one => one !== undefined),
    looked: { jobs: newest.items.length, photos: photos.length },
  };
}

type Found = Promise<readonly (Finding | undefined)[]>;

async function sweeper(engine: Engine, now: number): Found {
  const sweptAt = await lastSweepAt(engine);
  return [finding('sweeper_late', [], sweptAt > 0 && now - sweptAt > LATE_MS ? 1 : 0)];
}

async function overdue({ store }: Engine, now: number): Found {
  const query = { from: runs, where: [['nextCheckAt', '<=', now - LATE_MS]] } as const;
  const [count, page] = await Promise.all([store.count(query), store.list({ ...query, limit: 10 })]);
  return [finding('overdue', idsOf(page.items), count)];
}

async function leases({ store }: Engine, now: number): Found {
  const query = { from: runs, where: [['status', '==', 'running'] as const], limit: 1_000 };
  const { items } = await store.list(query);
  const left = items.filter(({ lease }) => lease === undefined || lease.expiresAt <= now - LATE_MS);
  // The provider's own batches have no worker whose lease could end.
  return [finding('lease_left', idsOf(left.filter(({ lane }) => lane !== 'economy')))];
}

async function unsettled({ store }: Engine): Found {
  const ended = JOB_STATUSES.filter(isDone);
  const pages = await Promise.all(
    ended.map(status =>
      store.list({
        from: runs,
        where: [
          ['status', '==', status],
          ['charge', '==', 'held'],
        ],
        limit: 100,
      }),
    ),
  );
  return [finding('unsettled', idsOf(pages.flatMap(({ items }) => items)))];
}

async function faces({ store }: Engine, newest: readonly Run[]): Found {
  const differing = await Promise.all(
    newest.map(async ({ id }) => {
      // Asked anew, one after the other: the job may have moved on since the list was made.
      const job = await store.get(jobs, id);
      const run = await store.get(runs, id);
      if (run === undefined && job === undefined) return [];
      return run?.status === job?.status && run?.charge === job?.charge ? [] : [id];
    }),
  );
  return [finding('face_differs', differing.flat())];
}

async function pictures({ store, bucket }: Engine, newest: readonly Run[], now: number): Found {
  const missing: string[] = [];
  const damaged: string[] = [];
  await Promise.all(
    newest.map(async ({ id, status, outputPath }) => {
      if (status !== 'succeeded' || outputPath === undefined) return;
      const job = await store.get(jobs, id);
      // Erased, or no longer kept.
      if (!job?.output || job.output.expiresAt <= now) return;
      try {
        const stat = await bucket.stat(outputPath);
        if (!stat) missing.push(id);
        else if (stat.metadata.sha256 !== job.output.sha256 || stat.bytes !== job.output.bytes) damaged.push(id);
      } catch (error) {
        if (!isPlatformError(error, 'damaged')) throw error;
        damaged.push(id);
      }
    }),
  );
  return [finding('output_missing', missing), finding('output_damaged', damaged)];
}

async function queues(engine: Engine, now: number): Found {
  const stuck: string[] = [];
  const waiting: string[] = [];
  for (const name of QUEUES) {
    const { paused, noted } = await queueState(engine, name);
    if (!paused) continue;
    // A sweep takes note of who paused at the queue itself, and ends what is over, within two minutes.
    if (noted?.until !== undefined && noted.until <= now - LATE_MS) stuck.push(name);
    else waiting.push(name);
  }
  return [finding('queue_stuck', stuck), finding('queue_paused', waiting)];
}

async function orphans({ store }: Engine, photos: Awaited<ReturnType<Engine['bucket']['list']>>, now: number): Found {
  const settled = photos.filter(({ createdAt }) => createdAt <= now - PHOTO_SETTLED_MS);
  const orphaned = await Promise.all(
    settled.map(async ({ path }) => {
      const run = await store.get(runs, jobOfPhoto(path));
      return run?.inputPath === path ? [] : [path];
    }),
  );
  return [finding('photo_orphaned', orphaned.flat())];
}

function idsOf(items: readonly { readonly id: string }[]): string[] {
  return items.map(({ id }) => id);
}
