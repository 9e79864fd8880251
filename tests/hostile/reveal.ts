/** Looks for a word in bytes: as it is, in UTF-16, and in whatever is compressed in them. */
import { inflateSync } from 'node:zlib';

const UNFOLDED_MAX = 2 ** 20;

export function reveals(bytes: Uint8Array, word: string): boolean {
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return [view, ...unfolded(view)].some(
    content =>
      content.includes(word, 0, 'latin1') ||
      content.includes(word, 0, 'utf16le') ||
      content.includes(Buffer.from(word, 'utf16le').swap16()),
  );
}

/** Everything that begins as zlib does and turns out to be it. */
function* unfolded(bytes: Buffer): Iterable<Buffer> {
  for (let at = bytes.indexOf(0x78); at !== -1; at = bytes.indexOf(0x78, at + 1)) {
    if ((0x7800 + (bytes[at + 1] ?? 0)) % 31 !== 0) continue;
    try {
      yield inflateSync(bytes.subarray(at), { maxOutputLength: UNFOLDED_MAX });
    } catch {
      // A coincidence of two bytes.
    }
  }
}
