/**
 * Reads an object of the bucket into one buffer that grows as the chunks come. Joining them in the end would hold a
 * photo of 20 MiB three times.
 */
import type { Bucket } from '../common/platform/bucket.ts';

/** Three times the largest photo; a picture of a model is smaller. Address space, not memory. */
const BYTES_MAX = 64 * 2 ** 20;
const GROWTH_BYTES = 2 ** 20;

/** Throws what the bucket throws. */
export async function readObject(bucket: Bucket, path: string): Promise<Buffer> {
  const kept = new ArrayBuffer(0, { maxByteLength: BYTES_MAX });
  let length = 0;
  for await (const chunk of (await bucket.read(path)) as AsyncIterable<Uint8Array>) {
    const needed = length + chunk.byteLength;
    if (needed > BYTES_MAX) throw new Error(`${path} is larger than ${BYTES_MAX} bytes`);
    if (needed > kept.byteLength) kept.resize(Math.min(BYTES_MAX, needed + GROWTH_BYTES));
    new Uint8Array(kept).set(chunk, length);
    length = needed;
  }
  return Buffer.from(kept.transferToFixedLength(length));
}
