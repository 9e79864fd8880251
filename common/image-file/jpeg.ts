/**
 * The structure of a JPEG: markers and their segments (ITU-T T.81, annex B). Between the start of a scan and the next
 * marker lie the compressed pixels, in which 0xff is followed by zero.
 */
import type { ImageFile, ImagePart } from './image-file.ts';
import { CONTRADICTION, CUT_OFF, NO_SIZE, PARTS_MAX, TOO_MANY_PARTS, type Walk } from './parts.ts';

const END_OF_IMAGE = 0xd9;
const START_OF_SCAN = 0xda;
/** Markers without a segment: none of them has a place between segments. */
const isBare = (marker: number) => marker <= 0x01 || (marker >= 0xd0 && marker <= 0xd8);
/** Every kind of frame header; among them lie DHT (c4), JPG (c8) and DAC (cc). */
const FRAME = /^c[0-35-79-bd-f]$/;
/** Baseline, extended and progressive Huffman: what cameras write and browsers show. */
const FRAME_TAKEN = /^c[012]$/;
/**
 * A progressive decoder goes over the whole picture once for each scan. Encoders write up to 20; made on purpose,
 * half a megabyte holds 3,500, which took 35 s of processor time at 50 megapixels, and no time limit interrupts that.
 */
const SCANS_MAX = 32;
const COEFFICIENT_BYTES = 2;

export function isJpeg(bytes: Buffer): boolean {
  return bytes[0] === 0xff && bytes[1] === 0xd8 && bytes[2] === 0xff;
}

export function readJpeg(bytes: Buffer): ImageFile {
  const { parts, problem } = walk(bytes);
  const frames = parts.filter(({ kind }) => FRAME.test(kind));
  const scans = parts.filter(({ kind }) => kind === 'da').length;
  const frame = frames[0] && readFrame(bytes, frames[0]);
  // More than one scan: the coefficients of the whole picture are kept until the last.
  const held = frame && (frame.progressive || scans > 1) ? COEFFICIENT_BYTES * frame.coefficientsPerPixel : 0;
  return {
    type: 'jpeg',
    width: frame?.width ?? 0,
    height: frame?.height ?? 0,
    animated: false,
    heldBytesPerPixel: held,
    parts,
    problem: problem ?? problemOf(frame, { frames: frames.length, scans }),
  };
}

function walk(bytes: Buffer): Walk {
  const parts: ImagePart[] = [];
  let at = 2;
  while (parts.length < PARTS_MAX) {
    // Padding: any number of 0xff may stand before a marker.
    while (bytes[at] === 0xff && bytes[at + 1] === 0xff) at++;
    const marker = bytes[at + 1];
    if (marker === undefined) return { parts, problem: CUT_OFF };
    if (bytes[at] !== 0xff || isBare(marker)) return { parts, problem: 'Something is between the parts of the photo.' };
    const kind = marker.toString(16);
    if (marker === END_OF_IMAGE) return { parts: [...parts, { kind, start: at, end: at + 2 }] };
    if (at + 4 > bytes.length) return { parts, problem: CUT_OFF };
    const length = bytes.readUInt16BE(at + 2);
    if (length < 2) return { parts, problem: 'A part of the photo is shorter than it can be.' };
    const endOfSegment = at + 2 + length;
    const end = marker === START_OF_SCAN ? endOfScan(bytes, endOfSegment) : endOfSegment;
    if (end > bytes.length) return { parts, problem: CUT_OFF };
    parts.push({ kind, start: at, end });
    at = end;
  }
  return { parts, problem: TOO_MANY_PARTS };
}

/** The first marker that is no restart; beyond the bytes when there is none. */
function endOfScan(bytes: Buffer, from: number): number {
  for (let at = from; at + 1 < bytes.length; at++) {
    if (bytes[at] !== 0xff) continue;
    const next = bytes[at + 1] ?? 0;
    const restart = next >= 0xd0 && next <= 0xd7;
    if (next !== 0 && next !== 0xff && !restart) return at;
  }
  return Number.POSITIVE_INFINITY;
}

interface Frame {
  readonly taken: boolean;
  readonly progressive: boolean;
  readonly width: number;
  readonly height: number;
  /** 3 for three colours; 1.5 where the two of the hue are stored at half of the height and width. */
  readonly coefficientsPerPixel: number;
}

function readFrame(bytes: Buffer, { kind, start, end }: ImagePart): Frame | undefined {
  if (end - start < 10) return undefined;
  const components = bytes[start + 9] ?? 0;
  const sound = bytes[start + 4] === 8 && [1, 3, 4].includes(components) && end - start === 10 + 3 * components;
  // How often each component is stored, across and down: two numbers of four bits.
  const samplings = Array.from({ length: sound ? components : 0 }, (_, index) => bytes[start + 11 + 3 * index] ?? 0);
  return {
    taken: sound && FRAME_TAKEN.test(kind),
    progressive: kind === 'c2',
    width: bytes.readUInt16BE(start + 7),
    height: bytes.readUInt16BE(start + 5),
    coefficientsPerPixel: coefficientsPerPixel(samplings),
  };
}

function coefficientsPerPixel(samplings: readonly number[]): number {
  const across = samplings.map(sampling => sampling >> 4);
  const down = samplings.map(sampling => sampling & 15);
  const cell = Math.max(1, ...across) * Math.max(1, ...down);
  return across.reduce((sum, count, index) => sum + count * (down[index] ?? 0), 0) / cell;
}

function problemOf(frame: Frame | undefined, { frames, scans }: { frames: number; scans: number }): string | undefined {
  if (!frame || frame.width === 0 || frame.height === 0 || scans === 0) return NO_SIZE;
  if (frames > 1) return CONTRADICTION;
  if (!frame.taken) return 'This kind of JPEG is not taken; save the photo as a baseline or progressive JPEG.';
  if (scans > SCANS_MAX) return `The photo is stored in ${scans} passes; at most ${SCANS_MAX} are taken.`;
  return undefined;
}
