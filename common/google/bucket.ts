/**
 * The bucket seam on Cloud Storage. The SDK is loaded at the first call that needs it, its own retries are off (they
 * share a switch between concurrent calls), and this file's neighbours retry, time out and translate in its place.
 *
 * The rule that no path continues another is the caller's here: Cloud Storage has no folders, so breaking it harms
 * nothing, and checking it would cost a listing a put.
 */
import type { Clock, Random } from '../clock.ts';
import type { Log } from '../log.ts';
import type { Bucket } from '../platform/bucket.ts';
import { checkInput, checkList, checkPath, checkRange } from '../platform/object-rules.ts';
import { createAttempts } from './bucket-attempts.ts';
import { lazyStorage, type StorageConnection } from './bucket-client.ts';
import { deleteVersions, listObjects, statObject, touchObject } from './bucket-objects.ts';
import { readObject } from './bucket-read.ts';
import { createSigner, type SigningOptions } from './bucket-signer.ts';
import { signedUrls } from './bucket-urls.ts';
import { copyObject, putObject } from './bucket-write.ts';

export interface StorageBucketOptions {
  readonly bucketName: string;
  /** How the SDK reaches Cloud Storage; nothing on Cloud Run, an `apiEndpoint` for a double or an emulator. */
  readonly storage?: StorageConnection;
  /** Who signs URLs; nothing on Cloud Run, where the service's own account does. */
  readonly signing?: SigningOptions;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
}

export function createStorageBucket(options: StorageBucketOptions): Bucket {
  const { bucketName, storage = {}, signing = {}, clock, random } = options;
  const connect = lazyStorage(bucketName, storage);
  const attempts = createAttempts(options);
  const context = { connect, attempts, clock, random };
  const signer = createSigner({ connect, attempts, signing });
  return {
    put: async (path, bytes, input) => {
      checkPath(path);
      checkInput(input);
      return putObject(context, path, { ...input, bytes });
    },
    stat: async path => {
      checkPath(path);
      return statObject(context, path);
    },
    read: async (path, range) => {
      checkPath(path);
      if (range) checkRange(range);
      return readObject(context, path, range);
    },
    copy: async (from, to) => {
      checkPath(from);
      checkPath(to);
      return copyObject(context, from, to);
    },
    touch: async path => {
      checkPath(path);
      return touchObject(context, path);
    },
    delete: async path => {
      checkPath(path);
      return deleteVersions(context, path);
    },
    list: async (prefix, page) => {
      checkList(prefix, page);
      return listObjects(context, prefix, page);
    },
    ...signedUrls({ bucketName, endpoint: storage.apiEndpoint, clock, signer }),
  };
}
