/**
 * Makes the Cloud Storage client at the first call and once: loading the SDK takes longer than a whole cold start
 * should, and most requests never touch the bucket.
 */
import type { Bucket, File, Storage, StorageOptions } from '@google-cloud/storage';
import type { Clock, Random } from '../clock.ts';
import type { Attempts } from './bucket-attempts.ts';

/** Retries are not among them: see `bucket-attempts.ts`. */
export type StorageConnection = Pick<
  StorageOptions,
  'apiEndpoint' | 'authClient' | 'keyFilename' | 'projectId' | 'useAuthWithCustomEndpoint'
>;

export interface StorageClient {
  readonly storage: Storage;
  readonly bucket: Bucket;
  file(path: string, generation?: number): File;
}

export type ConnectStorage = () => Promise<StorageClient>;

/** What the calls of the bucket share. */
export interface BucketContext {
  readonly connect: ConnectStorage;
  readonly attempts: Attempts;
  readonly clock: Clock;
  readonly random: Random;
}

export function lazyStorage(bucketName: string, connection: StorageConnection): ConnectStorage {
  let client: Promise<StorageClient> | undefined;
  return () => {
    client ??= makeClient(bucketName, connection).catch(error => {
      client = undefined;
      throw error;
    });
    return client;
  };
}

async function makeClient(bucketName: string, connection: StorageConnection): Promise<StorageClient> {
  const { Storage } = await import('@google-cloud/storage');
  const storage = new Storage({ ...connection, retryOptions: { autoRetry: false } });
  const bucket = storage.bucket(bucketName);
  return {
    storage,
    bucket,
    file: (path, generation) => bucket.file(path, generation === undefined ? {} : { generation }),
  };
}
