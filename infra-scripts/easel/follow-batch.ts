/**
 * Follows a batch until it is done: the batch as it is, then again at each change.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { type BatchAnswer, batchPath } from './batch-answers.ts';
import type { Client } from './client.ts';

/** What the API grants at most. */
const WAIT_S = 20;
/** Counts are of a snapshot that is as old. */
const PAUSE_MIN_MS = 2_000;

export async function* followBatch(
  client: Client,
  first: BatchAnswer,
  { signal }: { signal: AbortSignal },
): AsyncGenerator<BatchAnswer> {
  let batch = first;
  yield batch;
  while (!batch.done) {
    const askedAt = performance.now();
    const next = await client.json<BatchAnswer>('GET', `${batchPath(batch.id)}?after=${batch.sequence}`, {
      waitS: WAIT_S,
    });
    yield next;
    const leftMs = Math.min(PAUSE_MIN_MS, next.pollAfterMs) - (performance.now() - askedAt);
    if (!next.done && leftMs > 0) await pause(leftMs, undefined, { signal });
    batch = next;
  }
}
