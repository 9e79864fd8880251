/**
 * Reads the bytes of an open object, as a stream or at once. A complete read is held against the checksum of the
 * trailer: a disk that lost a bit gives an error, never a wrong picture.
 */
import { Readable } from 'node:stream';
import { crc32 } from 'node:zlib';
import { translate } from './bucket-errors.ts';
import { damaged, type OpenObject, readFully } from './object-file.ts';

/** Large enough that a photo takes a dozen reads, small enough that a hundred readers hold 13 MiB. */
const CHUNK_BYTES = 128 * 1024;

/**
 * The bytes from `start` to `end`, both included. Closes the handle when it ends, fails or is destroyed. A failing
 * checksum is noticed before the last chunk is handed on, so that nobody takes the stream for complete.
 */
export function contentStream(object: OpenObject, range: { readonly start: number; readonly end: number }): Readable {
  const { handle, path, trailer } = object;
  const whole = range.start === 0 && range.end === trailer.bytes - 1;
  let position = range.start;
  let checksum = 0;

  const next = async (): Promise<Uint8Array | null> => {
    const wanted = Math.min(CHUNK_BYTES, range.end + 1 - position);
    if (wanted <= 0) return null;
    const chunk = await readFully(handle, Buffer.allocUnsafe(wanted), position);
    if (chunk.length < wanted) throw damaged(path, 'it became shorter while it was read');
    position += wanted;
    checksum = crc32(chunk, checksum);
    if (whole && position > range.end && checksum !== trailer.crc32) throw damaged(path, 'its checksum differs');
    return chunk;
  };

  return new Readable({
    highWaterMark: CHUNK_BYTES,
    read() {
      next().then(
        chunk => this.push(chunk),
        error => this.destroy(translate(error, path) as Error),
      );
    },
    destroy(error, done) {
      handle.close().then(
        () => done(error),
        closeError => done(error ?? closeError),
      );
    },
  });
}

export async function wholeContent({ handle, path, trailer }: OpenObject): Promise<Uint8Array> {
  const content = await readFully(handle, Buffer.allocUnsafe(trailer.bytes), 0);
  if (content.length < trailer.bytes) throw damaged(path, 'it became shorter while it was read');
  if (crc32(content) !== trailer.crc32) throw damaged(path, 'its checksum differs');
  return content;
}
