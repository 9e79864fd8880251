/**
 * The structure of a WebP: RIFF chunks. A simple file is one chunk of pixels; an extended one begins with `VP8X`, whose
 * canvas has to agree with the pixels (RFC 9649).
 */
import type { ImageFile, ImagePart } from './image-file.ts';
import { CONTRADICTION, CUT_OFF, NO_SIZE, PARTS_MAX, TOO_MANY_PARTS, type Walk } from './parts.ts';

const FIRST_CHUNK = 12;
const FRAME_BYTES = 8;
const ANIMATION_FLAG = 0x02;
/** The decoder unfolds the whole picture to four bytes a pixel, and half of it once more into what it hands on. */
const HELD_BYTES_PER_PIXEL = 6;

export function isWebp(bytes: Buffer): boolean {
  return bytes.toString('latin1', 0, 4) === 'RIFF' && bytes.toString('latin1', 8, 12) === 'WEBP';
}

export function readWebp(bytes: Buffer): ImageFile {
  const { parts, problem } = walk(bytes);
  const pixels = parts.filter(({ kind }) => kind === 'VP8 ' || kind === 'VP8L');
  const canvas = parts[0]?.kind === 'VP8X' ? readCanvas(bytes, parts[0]) : undefined;
  const picture = pixels[0] && readPixels(bytes, pixels[0]);
  const animated = canvas?.animated === true || parts.some(({ kind }) => kind === 'ANIM' || kind === 'ANMF');
  const size = canvas ?? picture;
  return {
    type: 'webp',
    width: size?.width ?? 0,
    height: size?.height ?? 0,
    animated,
    heldBytesPerPixel: HELD_BYTES_PER_PIXEL,
    parts,
    problem: problem ?? (animated ? undefined : problemOf(parts, { canvas, picture, pictures: pixels.length })),
  };
}

function walk(bytes: Buffer): Walk {
  const parts: ImagePart[] = [];
  // The header says how long the rest is; files may be longer, never shorter.
  const fileEnd = bytes.length < FIRST_CHUNK ? Number.POSITIVE_INFINITY : 8 + bytes.readUInt32LE(4);
  if (fileEnd > bytes.length) return { parts, problem: CUT_OFF };
  let at = FIRST_CHUNK;
  while (at < fileEnd) {
    if (parts.length === PARTS_MAX) return { parts, problem: TOO_MANY_PARTS };
    const end = at + FRAME_BYTES > fileEnd ? Number.POSITIVE_INFINITY : at + FRAME_BYTES + bytes.readUInt32LE(at + 4);
    if (end > fileEnd) return { parts, problem: CUT_OFF };
    parts.push({ kind: bytes.toString('latin1', at, at + 4), start: at, end });
    // Chunks begin at even places.
    at = end + (end % 2);
  }
  return { parts };
}

interface Size {
  readonly width: number;
  readonly height: number;
}

function readCanvas(bytes: Buffer, { start, end }: ImagePart): (Size & { readonly animated: boolean }) | undefined {
  const data = start + FRAME_BYTES;
  if (end - data < 10) return undefined;
  return {
    width: bytes.readUIntLE(data + 4, 3) + 1,
    height: bytes.readUIntLE(data + 7, 3) + 1,
    animated: ((bytes[data] ?? 0) & ANIMATION_FLAG) !== 0,
  };
}

function readPixels(bytes: Buffer, { kind, start, end }: ImagePart): Size | undefined {
  const data = bytes.subarray(start + FRAME_BYTES, end);
  if (kind === 'VP8 ') {
    const keyFrame = ((data[0] ?? 1) & 1) === 0;
    if (data.length < 10 || !keyFrame || data.readUIntBE(3, 3) !== 0x9d012a) return undefined;
    return { width: data.readUInt16LE(6) & 0x3fff, height: data.readUInt16LE(8) & 0x3fff };
  }
  if (data.length < 5 || data[0] !== 0x2f) return undefined;
  const bits = data.readUInt32LE(1);
  // 14 bits each, alpha, and a version that must be 0.
  return bits >>> 29 === 0 ? { width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1 } : undefined;
}

function problemOf(
  parts: readonly ImagePart[],
  { canvas, picture, pictures }: { canvas: Size | undefined; picture: Size | undefined; pictures: number },
): string | undefined {
  if (!picture || picture.width === 0 || picture.height === 0) return NO_SIZE;
  const extended = parts[0]?.kind === 'VP8X';
  const agree = !extended || (canvas?.width === picture.width && canvas.height === picture.height);
  if (!agree || pictures > 1 || parts.some(({ kind }, index) => kind === 'VP8X' && index > 0)) return CONTRADICTION;
  return undefined;
}
