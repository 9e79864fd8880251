/**
 * The embedded platform, whole: store and queue on one SQLite file, the bucket in a directory beside it, the keys and
 * secrets of the first start. One process holds the data directory; a second one is refused with a sentence.
 */
import { join } from 'node:path';
import type { Clock, Random } from '../clock.ts';
import { COLLECTIONS } from '../collections.ts';
import { type Limits, QUEUE_CONCURRENCY } from '../limits.ts';
import type { Log } from '../log.ts';
import type { Dispatcher, Queue, QueueLimits, QueueName } from '../platform/queue.ts';
import type { Point } from '../points.ts';
import { createDirectoryBucket, type DirectoryBucket } from './bucket.ts';
import { createSqliteQueue } from './queue.ts';
import { readSecrets, type Secrets } from './secrets.ts';
import { openDatabase } from './sqlite.ts';
import { createSqliteStore, type SqliteStore } from './store.ts';

export interface EmbeddedPlatform {
  readonly store: SqliteStore;
  readonly queue: Queue & Dispatcher;
  readonly bucket: DirectoryBucket;
  readonly secrets: Secrets;
  /** After everything that uses the platform has stopped. */
  close(): void;
}

export interface EmbeddedOptions {
  readonly dataDir: string;
  readonly clock: Clock;
  readonly random: Random;
  readonly point: Point;
  readonly log: Log;
  readonly limits: Limits;
  /** Where the API is reached from outside, for signed URLs. */
  readonly baseUrl: () => string;
}

/** As on Cloud Tasks: the queues bound how many jobs are worked on in the whole service. */
export const QUEUE_LIMITS: { readonly [queue in QueueName]: QueueLimits } = {
  interactive: { concurrency: QUEUE_CONCURRENCY.interactive, ratePerSecond: 500 },
  bulk: { concurrency: QUEUE_CONCURRENCY.bulk, ratePerSecond: 500 },
  upkeep: { concurrency: QUEUE_CONCURRENCY.upkeep, ratePerSecond: 100 },
};

/** Throws `unavailable` with a sentence when the directory cannot be used or another process holds it. */
export async function openEmbedded(options: EmbeddedOptions): Promise<EmbeddedPlatform> {
  const { dataDir, clock, random, point, log, limits } = options;
  const database = openDatabase(dataDir);
  try {
    const secrets = readSecrets(dataDir, random);
    const store = createSqliteStore(database, COLLECTIONS);
    const queue = createSqliteQueue(database, {
      clock,
      log,
      limits: QUEUE_LIMITS,
      dispatchDeadlineMs: limits.dispatchDeadlineMs,
    });
    const bucket = createDirectoryBucket({
      directory: join(dataDir, 'objects'),
      baseUrl: options.baseUrl,
      signingKey: secrets.urlSigning,
      clock,
      random,
      point,
    });
    await bucket.cleanTemporary();
    return { store, queue, bucket, secrets, close: () => database.close() };
  } catch (error) {
    database.close();
    throw error;
  }
}
