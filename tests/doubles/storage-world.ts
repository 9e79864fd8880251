/**
 * The Cloud Storage bucket before its double, as it runs on Cloud Run: no key, a token from the metadata server, URLs
 * signed by IAM. Time stands still for objects and URLs until a test moves it; waits between tries are real.
 */
import { type Clock, systemClock } from '../../common/clock.ts';
import { openStorage, type SignedBucket, type StorageBucketOptions } from '../../common/google/bucket.ts';
import { type Log, type LogFields, silentLog } from '../../common/log.ts';
import type { Bucket } from '../../common/platform/bucket.ts';
import { seededRandom, testClock } from '../test-clock.ts';
import { createServiceAccount, openStorageDouble, type StorageDouble, type StorageDoubleOptions } from './storage.ts';

export interface StorageWorld {
  readonly bucket: Bucket;
  readonly double: StorageDouble;
  readonly clock: Clock;
  /** What was logged, one line each: `storage_retry store 503 backendError`. */
  readonly logged: string[];
  /** Another bucket over the same double, as in another process. */
  reopen(options?: Partial<StorageBucketOptions>): Bucket;
  /** The same together with who signs its URLs. */
  reopenSigned(options?: Partial<StorageBucketOptions>): SignedBucket;
  letTimePass(ms: number): Promise<void>;
  close(): Promise<void>;
}

export type WorldOptions = Partial<Omit<StorageDoubleOptions, 'now'>>;

/** Opens a world, runs the test in it, and closes it whatever happened. */
export function inStorageWorld(run: (world: StorageWorld) => Promise<void>, options?: WorldOptions) {
  return async (): Promise<void> => {
    const world = await openStorageWorld(options);
    try {
      await run(world);
    } finally {
      await world.close();
    }
  };
}

/** One key pair for all the worlds of a process: making it takes a tenth of a second. */
let account: ReturnType<typeof createServiceAccount> | undefined;

export async function openStorageWorld(options: WorldOptions = {}): Promise<StorageWorld> {
  account ??= createServiceAccount();
  const time = testClock();
  const clock: Clock = { now: time.now, after: systemClock.after };
  const double = await openStorageDouble({ account: await account, ...options, now: clock.now });
  Object.assign(process.env, double.environment);
  const logged: string[] = [];

  const reopenSigned: StorageWorld['reopenSigned'] = changes =>
    openStorage({
      bucketName: double.bucketName,
      storage: { apiEndpoint: double.url, useAuthWithCustomEndpoint: true, projectId: 'demo' },
      signing: { endpoint: `${double.url}/v1/projects/-/serviceAccounts/` },
      clock,
      // Waits are a fraction of their bound: the least that is still a wait keeps tests quick.
      random: { ...seededRandom(1), fraction: () => 0.01 },
      log: loggingTo(logged),
      ...changes,
    });
  const reopen: StorageWorld['reopen'] = changes => reopenSigned(changes).bucket;
  return {
    ...{ bucket: reopen(), double, clock, logged, reopen, reopenSigned },
    letTimePass: time.advance,
    close: double.close,
  };
}

function loggingTo(lines: string[]): Log {
  const warn = (event: string, { reason, code }: LogFields = {}) => void lines.push(`${event} ${reason} ${code}`);
  return { ...silentLog, warn };
}
