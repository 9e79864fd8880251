/**
 * The structure of a PNG: chunks, each with its length and checksum (W3C, PNG third edition). Only the checksums of
 * the chunks that make the picture are compared: the others are never looked into.
 */
import { crc32 } from 'node:zlib';
import type { ImageFile, ImagePart } from './image-file.ts';
import { CUT_OFF, NO_SIZE, PARTS_MAX, TOO_MANY_PARTS, type Walk } from './parts.ts';

const SIGNATURE = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1');
const FRAME_BYTES = 12;
const HEADER_END = SIGNATURE.length + FRAME_BYTES + 13;
/** By colour type: how many numbers make a pixel, and with how many bits each may be stored. */
const COLOURS: ReadonlyMap<number, { readonly channels: number; readonly depths: readonly number[] }> = new Map([
  [0, { channels: 1, depths: [1, 2, 4, 8, 16] }],
  [2, { channels: 3, depths: [8, 16] }],
  [3, { channels: 1, depths: [1, 2, 4, 8] }],
  [4, { channels: 2, depths: [8, 16] }],
  [6, { channels: 4, depths: [8, 16] }],
]);
/** The specification's; beyond this a decoder may count into the negative. */
const SIDE_MAX = 2 ** 31 - 1;
/** A capital first letter: no picture without it. */
const CRITICAL = /^[A-Z]/;
const UNDERSTOOD = /^(IHDR|PLTE|IDAT|IEND)$/;

export function isPng(bytes: Buffer): boolean {
  return bytes.subarray(0, SIGNATURE.length).equals(SIGNATURE);
}

export function readPng(bytes: Buffer): ImageFile {
  const { parts, problem } = walk(bytes);
  const header = readHeader(bytes);
  const firstPixels = parts.findIndex(({ kind }) => kind === 'IDAT');
  return {
    type: 'png',
    width: header?.width ?? 0,
    height: header?.height ?? 0,
    // Behind the pixels the chunk has no meaning.
    animated: parts.slice(0, Math.max(0, firstPixels)).some(({ kind }) => kind === 'acTL'),
    heldBytesPerPixel: header?.interlaced ? header.bytesPerPixel : 0,
    parts,
    problem: problem ?? problemOf(bytes, header, parts),
  };
}

function walk(bytes: Buffer): Walk {
  const parts: ImagePart[] = [];
  let at = SIGNATURE.length;
  while (parts.length < PARTS_MAX) {
    if (at + FRAME_BYTES > bytes.length) return { parts, problem: CUT_OFF };
    const end = at + FRAME_BYTES + bytes.readUInt32BE(at);
    if (end > bytes.length) return { parts, problem: CUT_OFF };
    const kind = bytes.toString('latin1', at + 4, at + 8);
    parts.push({ kind, start: at, end });
    if (kind === 'IEND') return { parts };
    at = end;
  }
  return { parts, problem: TOO_MANY_PARTS };
}

interface Header {
  readonly sound: boolean;
  readonly width: number;
  readonly height: number;
  readonly interlaced: boolean;
  readonly bytesPerPixel: number;
}

function readHeader(bytes: Buffer): Header | undefined {
  if (bytes.length < HEADER_END || bytes.toString('latin1', 12, 16) !== 'IHDR') return undefined;
  const [width, height] = [bytes.readUInt32BE(16), bytes.readUInt32BE(20)];
  const [depth = 0, colourType = 0, compression, filter, interlace = 0] = bytes.subarray(24, 29);
  const colour = COLOURS.get(colourType);
  const sound =
    bytes.readUInt32BE(8) === 13 &&
    Math.max(width, height) <= SIDE_MAX &&
    colour?.depths.includes(depth) === true &&
    compression === 0 &&
    filter === 0 &&
    interlace <= 1;
  // A colour map and few bits unfold to at least one byte.
  const bytesPerPixel = Math.max(1, ((colour?.channels ?? 1) * depth) / 8);
  return { sound, width, height, interlaced: interlace === 1, bytesPerPixel };
}

function problemOf(bytes: Buffer, header: Header | undefined, parts: readonly ImagePart[]): string | undefined {
  if (!header || header.width === 0 || header.height === 0) return NO_SIZE;
  if (!header.sound) return 'The header of the photo makes no sense.';
  if (!parts.some(({ kind }) => kind === 'IDAT')) return 'There are no pixels in the photo.';
  const critical = parts.filter(({ kind }) => CRITICAL.test(kind));
  if (critical.filter(({ kind }) => kind === 'IHDR').length !== 1) return NO_SIZE;
  return critical.every(part => UNDERSTOOD.test(part.kind) && isUndamaged(bytes, part))
    ? undefined
    : 'A part of the photo is damaged.';
}

function isUndamaged(bytes: Buffer, { start, end }: ImagePart): boolean {
  return crc32(bytes.subarray(start + 4, end - 4)) === bytes.readUInt32BE(end - 4);
}
