/**
 * Follows a job to its end: each answer is held back by the API until the job changes (`Prefer: wait`), so that nobody
 * polls in vain and no change is seen late.
 */
import { setTimeout as pause } from 'node:timers/promises';
import type { JobAnswer } from './answers.ts';
import type { Client } from './client.ts';

/** What the API grants at most. */
const WAIT_S = 20;
/** The place in the queue moves without the job changing. */
const WAIT_IN_QUEUE_S = 5;
/** Whatever the service says. */
const PAUSE_MIN_MS = 200;

/** The job as it is, then again at every change; the last one is done. */
export async function* followJob(
  client: Client,
  first: JobAnswer,
  { signal }: { signal: AbortSignal },
): AsyncGenerator<JobAnswer> {
  let job = first;
  yield job;
  while (!job.done) {
    const askedAt = performance.now();
    const next = await client.json<JobAnswer>('GET', `${jobPath(job.id)}?after=${job.sequence}`, {
      waitS: job.queue?.position === undefined ? WAIT_S : WAIT_IN_QUEUE_S,
    });
    const changed = next.sequence !== job.sequence || next.queue?.position !== job.queue?.position;
    if (changed) yield next;
    // A service that has no room for waiters, or is about to end, answers at once.
    const leftMs = Math.max(PAUSE_MIN_MS, job.pollAfterMs) - (performance.now() - askedAt);
    if (!changed && leftMs > 0) await pause(leftMs, undefined, { signal });
    job = next;
  }
}

export function jobPath(id: string): string {
  return `/v1/jobs/${encodeURIComponent(id)}`;
}
