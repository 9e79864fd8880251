/**
 * The bucket seam: immutable-by-habit objects under paths. A directory stands behind it on the embedded platform,
 * Cloud Storage on google. Every promise below is held by `bucket.conformance.ts` on both.
 *
 * A path is 1 to 200 characters of `a-z 0-9 _ -`, in segments split by `/`, none of them empty; anything else throws
 * `invalid`. No path may continue another (`a` and `a/b`): a directory refuses that, Cloud Storage does not look. No user's string ever becomes part of one. An object that is
 * there but broken throws `damaged` from every call that needs it; `put` and `delete` mend it.
 */
import type { Readable } from 'node:stream';

export interface ObjectInput {
  /** Stored and served as given, for example `image/png`: at most 200 characters that may stand in a header. */
  readonly contentType: string;
  /** Small strings that live and die with the bytes. Keys `[a-zA-Z0-9]{1,40}`, 4 KiB in all. */
  readonly metadata?: { readonly [key: string]: string };
  /** Only create: an object that is there stays as it is. */
  readonly ifAbsent?: boolean;
}

export interface ObjectStat {
  readonly path: string;
  readonly bytes: number;
  readonly contentType: string;
  readonly metadata: { readonly [key: string]: string };
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
  /** When its life was last renewed (`put` or `touch`): the lifecycle rule counts from here. */
  readonly touchedAt: number;
  /** Changes with every write of the path: the HTTP ETag, without quotes. */
  readonly etag: string;
}

export interface SignedRead {
  /** When the URL stops working, milliseconds since the epoch, to the whole second below; at most 7 days ahead. */
  readonly expiresAt: number;
  /** Makes browsers save instead of show, under this name of 1 to 200 printable ASCII characters. */
  readonly downloadName?: string;
}

export interface SignedUpload {
  readonly expiresAt: number;
  readonly contentType: string;
  /** The upload is refused unless its length is within these bounds, in bytes. */
  readonly bytesMin: number;
  readonly bytesMax: number;
}

export interface SignedRequest {
  readonly url: string;
  readonly method: 'PUT';
  /** Headers the client has to send exactly so. */
  readonly headers: { readonly [name: string]: string };
}

export interface Bucket {
  /**
   * Resolves when bytes and metadata are durable; readers see the old object or the new one, never a part. With
   * `ifAbsent` an object that is there answers `exists` and stays untouched: of two such puts at once one wins.
   */
  put(path: string, bytes: Uint8Array, input: ObjectInput): Promise<'created' | 'exists'>;

  stat(path: string): Promise<ObjectStat | undefined>;

  /**
   * The bytes as they were put. Throws `missing`. A reader that has begun keeps its version to the end. A range has
   * both ends within it, counts from 0, and stops at the last byte; one that starts behind it throws `invalid`.
   */
  read(path: string, range?: { readonly start: number; readonly end: number }): Promise<Readable>;

  /** Copies bytes, type and metadata onto `to`, replacing what is there. Throws `missing`. */
  copy(from: string, to: string): Promise<void>;

  /** Renews the object's life. Throws `missing`. */
  touch(path: string): Promise<void>;

  /** Deletes the object in every version that is kept. A missing one is no error. */
  delete(path: string): Promise<void>;

  /** Objects whose path starts with `prefix`, in path order, at most `limit` (1 to 1,000) after the path `after`. */
  list(prefix: string, options: { readonly limit: number; readonly after?: string }): Promise<ObjectStat[]>;

  /** A URL that needs no header. Equal arguments give an equal URL, so that browsers can cache. */
  signedReadUrl(path: string, options: SignedRead): Promise<string>;

  /** Lets a client put one object without a key. It only creates: a second upload to the path is refused. */
  signedUploadUrl(path: string, options: SignedUpload): Promise<SignedRequest>;
}
