/**
 * What Google's services do by themselves (TTL of documents, lifecycle rules of a bucket): deletes what has outlived
 * its time. Runs in the one process of the embedded platform, in small pieces.
 */
import type { Clock } from '../clock.ts';
import type { Log } from '../log.ts';
import type { Bucket } from '../platform/bucket.ts';
import { isPlatformError } from '../platform/errors.ts';
import type { SqliteStore } from './store.ts';

/** Objects under these prefixes live this long after their last use; all others stay until they are deleted. */
export interface Lifecycle {
  readonly [prefix: string]: number;
}

const PAGE = 500;

export interface Housekeeping {
  readonly store: Pick<SqliteStore, 'deleteExpired'>;
  readonly bucket: Bucket;
  readonly clock: Clock;
  readonly log: Log;
  readonly lifecycle: Lifecycle;
}

export async function clearOut({ store, bucket, clock, log, lifecycle }: Housekeeping): Promise<void> {
  const now = clock.now();
  while ((await store.deleteExpired(now, PAGE)) === PAGE);
  for (const [prefix, lifeMs] of Object.entries(lifecycle)) {
    const count = await clearPrefix(bucket, prefix, now - lifeMs);
    if (count > 0) log.info('objects deleted after their time', { count, reason: prefix });
  }
}

async function clearPrefix(bucket: Bucket, prefix: string, touchedBefore: number): Promise<number> {
  let deleted = 0;
  let after: string | undefined;
  for (;;) {
    const page = await bucket.list(prefix, { limit: PAGE, ...(after !== undefined ? { after } : {}) });
    for (const { path, touchedAt } of page) {
      if (touchedAt > touchedBefore) continue;
      await bucket.delete(path);
      deleted++;
    }
    after = page.at(-1)?.path;
    if (page.length < PAGE) return deleted;
  }
}

/** Clears out now and then once every `everyMs`; a fault is logged and the next round tries again. */
export function startHousekeeping(
  housekeeping: Housekeeping,
  { everyMs }: { everyMs: number },
): { stop(): Promise<void> } {
  const { clock, log } = housekeeping;
  let cancel = () => {};
  let stopped = false;
  const round = async () => {
    try {
      await clearOut(housekeeping);
    } catch (error) {
      if (!isPlatformError(error)) throw error;
      log.error('housekeeping failed; the next round tries again', { error });
    }
    if (stopped) return;
    cancel = clock.after(everyMs, () => {
      running = round();
    });
  };
  let running = round();
  return {
    async stop() {
      stopped = true;
      cancel();
      await running;
    },
  };
}
