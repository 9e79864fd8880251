/**
 * Reads the body of an answer as text, up to a size: counted after unpacking, and refused by its Content-Length where
 * that is too large already. The bytes lie in one growing buffer that is freed as soon as the text is made, so that an
 * answer never lies around twice.
 */
import type { Clock } from '../common/clock.ts';

export interface BodyLimits {
  readonly clock: Clock;
  readonly bytesMax: number;
  /** Called when nothing more comes for `stallMs`. */
  readonly stallMs: number;
  readonly giveUp: () => void;
}

const GROWTH_BYTES = 2 ** 20;

/** Undefined when there is more than allowed: the connection is then closed and the rest not read. */
export async function readText(
  { body, headers }: Response,
  { clock, bytesMax, stallMs, giveUp }: BodyLimits,
): Promise<string | undefined> {
  if (!body) return '';
  if (Number(headers.get('content-length') ?? 0) > bytesMax) {
    await body.cancel();
    return undefined;
  }
  const kept = new ArrayBuffer(0, { maxByteLength: bytesMax });
  let length = 0;
  let cancelStall = clock.after(stallMs, giveUp);
  try {
    for await (const chunk of body) {
      cancelStall();
      // Leaving the loop cancels the body.
      if (length + chunk.byteLength > bytesMax) return undefined;
      append(kept, length, chunk);
      length += chunk.byteLength;
      cancelStall = clock.after(stallMs, giveUp);
    }
    return Buffer.from(kept, 0, length).toString();
  } finally {
    cancelStall();
    kept.transfer(0);
  }
}

function append(kept: ArrayBuffer, length: number, chunk: Uint8Array): void {
  const needed = length + chunk.byteLength;
  if (needed > kept.byteLength) {
    kept.resize(Math.min(kept.maxByteLength, Math.ceil(needed / GROWTH_BYTES) * GROWTH_BYTES));
  }
  new Uint8Array(kept, length, chunk.byteLength).set(chunk);
}
