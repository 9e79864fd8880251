/** The building blocks of a PNG, to be put together wrongly. */
import { crc32, deflateSync } from 'node:zlib';

export const SIGNATURE = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1');
/** Where what stands before the pixels is put in: behind the header. */
export const BEHIND_HEADER = 33;

export function chunk(kind: string, content: Uint8Array | string = ''): Buffer {
  const bytes = typeof content === 'string' ? Buffer.from(content, 'latin1') : content;
  const whole = Buffer.concat([Buffer.alloc(4), Buffer.from(kind, 'latin1'), bytes, Buffer.alloc(4)]);
  whole.writeUInt32BE(bytes.length, 0);
  whole.writeUInt32BE(crc32(whole.subarray(4, -4)), whole.length - 4);
  return whole;
}

export const IEND = chunk('IEND');

export interface Header {
  readonly width: number;
  readonly height: number;
  readonly depth?: number;
  /** 0 grey, 2 colours, 3 by a palette, 4 grey with opacity, 6 colours with opacity. */
  readonly colour?: number;
  readonly interlace?: number;
  readonly compression?: number;
}

export function header({ width, height, depth = 8, colour = 2, interlace = 0, compression = 0 }: Header): Buffer {
  const content = Buffer.from([0, 0, 0, 0, 0, 0, 0, 0, depth, colour, compression, 0, interlace]);
  content.writeUInt32BE(width, 0);
  content.writeUInt32BE(height, 4);
  return chunk('IHDR', content);
}

/** A whole PNG with the pixels as they are given, before compression: for each row the filter first. */
export function png(head: Header, rows: Uint8Array, ...before: readonly Buffer[]): Buffer {
  return Buffer.concat([SIGNATURE, header(head), ...before, chunk('IDAT', deflateSync(rows, { level: 9 })), IEND]);
}

/** A sound PNG, all of it black, or clear where there is opacity. */
export function blank(head: Header): Buffer {
  const { width, height, depth = 8, colour = 2, interlace = 0 } = head;
  const bitsPerPixel = depth * ({ 2: 3, 4: 2, 6: 4 }[colour] ?? 1);
  const passes = interlace === 0 ? [[0, 0, 1, 1]] : ADAM_7;
  let bytes = 0;
  for (const [left = 0, top = 0, across = 1, down = 1] of passes) {
    const columns = Math.ceil((width - left) / across);
    // A filter byte goes before each row.
    bytes += Math.ceil((height - top) / down) * (1 + Math.ceil((columns * bitsPerPixel) / 8));
  }
  return png(head, Buffer.alloc(bytes));
}

/** The seven passes of an interlaced picture: where each begins, and how far apart its pixels are. */
const ADAM_7 = [
  [0, 0, 8, 8],
  [4, 0, 8, 8],
  [0, 4, 4, 8],
  [2, 0, 4, 4],
  [0, 2, 2, 4],
  [1, 0, 2, 2],
  [0, 1, 1, 2],
];

/** So many equal bytes, compressed to a thousandth. */
export function unfolding(bytes: number, byte = 0): Buffer {
  return deflateSync(Buffer.alloc(bytes, byte), { level: 9 });
}

/** A text that unfolds to so many bytes. */
export function compressedText(bytes: number): Buffer {
  return chunk('zTXt', Buffer.concat([Buffer.from('Comment\0\0', 'latin1'), unfolding(bytes, 0x41)]));
}

export function internationalText(keyword: string, bytes: number): Buffer {
  return chunk('iTXt', Buffer.concat([Buffer.from(`${keyword}\0\x01\0\0\0`, 'latin1'), unfolding(bytes, 0x41)]));
}

export function profile(content: Uint8Array): Buffer {
  return chunk('iCCP', Buffer.concat([Buffer.from('p\0\0', 'latin1'), deflateSync(content, { level: 9 })]));
}

/** The same PNG with a wrong checksum of the first chunk of that kind. */
export function damaged(whole: Buffer, kind: string): Buffer {
  const copy = Buffer.from(whole);
  const at = copy.indexOf(kind, 'latin1') - 4;
  const checksum = at + 8 + copy.readUInt32BE(at);
  copy.writeUInt8(copy.readUInt8(checksum) ^ 1, checksum);
  return copy;
}
