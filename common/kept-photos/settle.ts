/**
 * There is a picture: the order waits no longer. A step of the job's own upkeep, so that a crash loses nothing.
 */
import { uploads } from '../collections.ts';
import type { Engine } from '../engine.ts';
import type { Run } from '../job.ts';

/** Idempotent. Another job than the one that the photo waits for changes nothing. */
export async function settlePhoto(
  engine: Engine,
  uploadId: string,
  { id, status }: Pick<Run, 'id' | 'status'>,
): Promise<void> {
  if (status !== 'succeeded') return;
  await engine.store.transaction(async tx => {
    const upload = await tx.get(uploads, uploadId);
    if (!upload?.waits || upload.jobId !== id) return;
    const { waits: _, ...settled } = upload;
    tx.set(uploads, settled);
  });
}
