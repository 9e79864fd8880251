/**
 * The signed URLs of finished pictures. Where a picture lies stands in its run, so that each reading of a job that is done
 * asked for another document and signed twice, which was half of what it cost. Both follow from what the key names, so
 * that a job that changed, a reader who may have less, or the next window of the URLs never finds what was signed before.
 */
import { runs } from '../common/collections.ts';
import type { Engine } from '../common/engine.ts';
import type { Job, Run } from '../common/job.ts';
import { pictureOfRun, previewPath } from '../common/picture.ts';

export interface PictureUrls {
  /** Absent where the reader may only see the preview. */
  readonly url?: string;
  readonly previewUrl: string;
}

export interface Reading {
  /** When the URLs are to end, ms since 1970. */
  readonly expiresAt: number;
  /** Whether the reader may have the whole picture. */
  readonly released: boolean;
  /** Where it was read already. */
  readonly run?: Run | undefined;
}

/** Undefined for a job that has no picture (any more). */
export type FindPictureUrls = (job: Job, reading: Reading) => Promise<PictureUrls | undefined>;

/** About a kilobyte each. */
const KEPT_MAX = 2_000;

export function createPictureUrls({ store, bucket }: Pick<Engine, 'store' | 'bucket'>): FindPictureUrls {
  const known = new Map<string, PictureUrls>();

  async function sign(job: Job, { expiresAt, released, run }: Reading): Promise<PictureUrls | undefined> {
    const read = run ?? (await store.get(runs, job.id));
    const path = read && pictureOfRun(read);
    if (path === undefined) return undefined;
    return {
      ...(released ? { url: await bucket.signedReadUrl(path, { expiresAt }) } : {}),
      previewUrl: await bucket.signedReadUrl(previewPath(path), { expiresAt }),
    };
  }

  return async (job, reading) => {
    if (!job.output) return undefined;
    // The sequence rises with every change of the job, a picture that moves to the orders' folder included.
    const key = `${job.id} ${job.sequence} ${reading.expiresAt} ${reading.released}`;
    const hit = known.get(key);
    if (hit) return hit;
    const urls = await sign(job, reading);
    if (known.size >= KEPT_MAX) known.clear();
    if (urls) known.set(key, urls);
    return urls;
  };
}
