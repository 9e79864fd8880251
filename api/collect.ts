/**
 * Collects a stream's chunks into one buffer. Where the length is announced the buffer is made once, at that size, and
 * filled as the chunks come: a list of chunks that is joined in the end holds a large photo twice.
 */
export interface Collector {
  add(chunk: Buffer): void;
  readonly bytes: () => number;
  /** What has come so far; call it once, at the end. */
  take(): Buffer;
}

/** `expectedBytes` is a bound, not a promise: fewer may come, and more are kept all the same. */
export function createCollector(expectedBytes = 0): Collector {
  let buffer = Buffer.allocUnsafeSlow(expectedBytes);
  let filled = 0;

  return {
    add(chunk) {
      if (filled + chunk.length > buffer.length) {
        const larger = Buffer.allocUnsafeSlow(Math.max(2 * buffer.length, filled + chunk.length));
        buffer.copy(larger, 0, 0, filled);
        buffer = larger;
      }
      chunk.copy(buffer, filled);
      filled += chunk.length;
    },
    bytes: () => filled,
    take: () => buffer.subarray(0, filled),
  };
}
