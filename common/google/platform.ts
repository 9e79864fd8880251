/**
 * The google platform, whole: Firestore, Cloud Tasks and Cloud Storage behind the seams, and the way into Firestore for
 * clients. Nothing is loaded or connected before its first call.
 */
import type { Clock, Random } from '../clock.ts';
import { COLLECTIONS } from '../collections.ts';
import type { GoogleConfig } from '../config.ts';
import type { Limits } from '../limits.ts';
import type { Log } from '../log.ts';
import type { Bucket } from '../platform/bucket.ts';
import type { ClientAccess } from '../platform/client-access.ts';
import type { Queue } from '../platform/queue.ts';
import { openStorage } from './bucket.ts';
import { createClientAccess } from './client-access.ts';
import { localStorage, localTasks } from './local.ts';
import { createTasksQueue } from './queue.ts';
import { createFirestoreStore, type FirestoreStore } from './store.ts';

export interface GooglePlatform {
  readonly store: FirestoreStore;
  readonly queue: Queue;
  readonly bucket: Bucket;
  readonly clientAccess: ClientAccess;
  /** After everything that uses the platform has stopped. */
  close(): Promise<void>;
}

export interface GoogleParts {
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly limits: Limits;
}

/** API and worker have to agree on it: the one sums what the other adds. */
export const SPEND_SHARDS = 16;

export function openGoogle(config: GoogleConfig, { clock, random, log, limits }: GoogleParts): GooglePlatform {
  const { project, location, database, queuePrefix, workerUrl, taskAudience, taskServiceAccount, endpoints } = config;
  const store = createFirestoreStore({
    projectId: project,
    databaseId: database,
    collections: COLLECTIONS,
    random,
    clock,
  });
  const queue = createTasksQueue({
    project,
    location,
    queueIds: {
      interactive: `${queuePrefix}interactive`,
      bulk: `${queuePrefix}bulk`,
      upkeep: `${queuePrefix}upkeep`,
    },
    workerUrl,
    audience: taskAudience,
    serviceAccount: taskServiceAccount,
    dispatchDeadlineMs: limits.dispatchDeadlineMs,
    clock,
    log,
    ...localTasks(endpoints),
  });
  const { bucket, signer } = openStorage({
    bucketName: config.bucket,
    clock,
    random,
    log,
    ...localStorage(endpoints, project),
  });
  return {
    store,
    queue,
    bucket,
    clientAccess: createClientAccess({ projectId: project, databaseId: database, signer, clock }),
    async close() {
      await Promise.all([store.close(), queue.close()]);
    },
  };
}
