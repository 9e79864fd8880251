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
import { type ConnectStorage, lazyStorage, type StorageConnection } from './bucket-client.ts';
import { deleteVersions, listObjects, statObject, touchObject } from './bucket-objects.ts';
import { readObject } from './bucket-read.ts';
import { signedUrls } from './bucket-urls.ts';
import { copyObject, putObject } from './bucket-write.ts';
import { createSigner, type Signer, type SigningOptions } from './signer.ts';

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

export interface SignedBucket {
  readonly bucket: Bucket;
  /** Who signs its URLs, for whatever else the process has to sign: one login, one limit of signatures at once. */
  readonly signer: Signer;
}

export function openStorage(options: StorageBucketOptions): SignedBucket {
  const { bucketName, storage = {}, signing = {}, clock, random, log } = options;
  const connect = lazyStorage(bucketName, storage);
  const auth = async () => (await connect()).storage.authClient;
  const signer = createSigner({ auth, signing, clock, random, log });
  return { bucket: createBucket(options, connect, signer), signer };
}

/** For a caller that signs nothing else. */
export function createStorageBucket(options: StorageBucketOptions): Bucket {
  return openStorage(options).bucket;
}

function createBucket(options: StorageBucketOptions, connect: ConnectStorage, signer: Signer): Bucket {
  const { bucketName, storage = {}, clock, random } = options;
  const context = { connect, attempts: createAttempts(options), clock, random };
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
