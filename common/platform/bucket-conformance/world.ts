/**
 * What the parts of the bucket's conformance suite share: the world of one test, and how to look at objects.
 */
import type { Readable } from 'node:stream';
import * as assert from 'uvu/assert';
import type { Bucket, ObjectStat } from '../bucket.ts';
import { isPlatformError, type PlatformErrorKind } from '../errors.ts';

export interface BucketWorld {
  /** Empty at the start. */
  readonly bucket: Bucket;
  /** Moves the bucket's clock, or waits where it cannot be moved. */
  letTimePass(ms: number): Promise<void>;
  /** Sends a request to a signed URL; an emulator may have to be reached under another host. Default: `fetch`. */
  readonly fetchSigned?: (url: string, init?: RequestInit) => Promise<Response>;
  close(): Promise<void>;
}

/** Registers a test that gets a world of its own, closed whatever happens. */
export type TestInWorld = (name: string, run: (world: BucketWorld) => Promise<void>) => void;

export const PNG = { contentType: 'image/png' };

export async function bytesOf(stream: Readable): Promise<Buffer> {
  return Buffer.concat(await Array.fromAsync(stream as AsyncIterable<Uint8Array>));
}

export async function contentOf(bucket: Bucket, path: string): Promise<string> {
  return (await bytesOf(await bucket.read(path))).toString();
}

export async function statOf(bucket: Bucket, path: string): Promise<ObjectStat> {
  const stat = await bucket.stat(path);
  assert.ok(stat, `expected an object at "${path}"`);
  return stat;
}

export async function rejectsWith(kind: PlatformErrorKind, call: () => Promise<unknown>, what = ''): Promise<void> {
  try {
    await call();
  } catch (error) {
    return assert.ok(isPlatformError(error, kind), `${what}: expected ${kind}, got ${error}`);
  }
  assert.unreachable(`${what}: expected ${kind}, but the call resolved`);
}

/** Bytes of which no part looks like another. */
export function patterned(bytes: number, seed: number): Buffer {
  const buffer = Buffer.alloc(bytes);
  let state = seed;
  for (let index = 0; index < bytes; index++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    buffer[index] = state >>> 24;
  }
  return buffer;
}

/** For messages: control characters become visible. */
export function quoted(text: string): string {
  return JSON.stringify(text.slice(0, 40));
}
