/**
 * Takes a picture file apart and puts together only what makes the picture. Texts, places, thumbnails, second pictures
 * and whatever is behind the end never reach a decoder: 147 kB of compressed PNG texts unfold to 580 MiB in it.
 */
import { HELD_BYTES_MAX, type ImageFile, type ImagePart, readImageFile } from '../common/image-file/image-file.ts';
import { ModelError } from '../common/platform/model.ts';
import { type Orientation, orientationOf } from './orientation.ts';
import { PIXELS_MAX } from './pixel-gate.ts';

export interface BarePicture {
  readonly bytes: Uint8Array;
  readonly type: ImageFile['type'];
  /** As stored. */
  readonly width: number;
  readonly height: number;
  /** How the stored picture is to be turned. */
  readonly orientation: Orientation;
  /** What decoding it takes of the gate. */
  readonly weightPx: number;
}

/** A print shop's CMYK profile has 2 MiB; without its profile a picture is shown in plain sRGB. */
const PROFILE_BYTES_MAX = 4 * 2 ** 20;
/** Frame, tables, scans and the end. */
const JPEG_KEPT = /^(c[0124]|d[9abd])$/;
const PNG_KEPT = /^(IHDR|PLTE|tRNS|IDAT|IEND|gAMA|cHRM|sRGB)$/;
const WEBP_KEPT = /^(ALPH|VP8 |VP8L)$/;
const ALPHA_FLAG = 0x10;
const PROFILE_FLAG = 0x20;
/** Of the memory behind the gate each pixel has its share; one that takes more counts as several. */
const HELD_BYTES_PER_PIXEL = HELD_BYTES_MAX / PIXELS_MAX;

export interface Bounds {
  readonly pixelsMax: number;
  /** What it throws for a picture that is not for decoding. */
  readonly otherwise: 'input_unreadable' | 'unreadable_image';
}

/** Throws for what is no PNG, JPEG or WebP, is animated, too large, or does not hold together. */
export function barePicture(picture: Uint8Array, { pixelsMax, otherwise }: Bounds): BarePicture {
  const refuse = (reason: string) => new ModelError(otherwise, `not decoded: ${reason}`);
  const bytes = Buffer.from(picture.buffer, picture.byteOffset, picture.byteLength);
  const file = readImageFile(bytes);
  if (!file) throw refuse('no PNG, JPEG or WebP');
  const { type, width, height, animated, problem, heldBytesPerPixel } = file;
  const pixels = width * height;
  if (pixels > pixelsMax || pixels * heldBytesPerPixel > HELD_BYTES_MAX) throw refuse(`${width} × ${height} pixels`);
  if (animated) throw refuse('animated');
  if (problem !== undefined) throw refuse(problem);
  const weightPx = pixels * Math.max(1, heldBytesPerPixel / HELD_BYTES_PER_PIXEL);
  const orientation = orientationOf(file, bytes);
  return { bytes: Buffer.concat([...KEEP[type](file, bytes)]), type, width, height, orientation, weightPx };
}

const KEEP: { readonly [type in ImageFile['type']]: (file: ImageFile, bytes: Buffer) => Iterable<Buffer> } = {
  *jpeg({ parts }, bytes) {
    const profile = partsOfProfile(parts, part => part.kind === 'e2' && startsWith(bytes, part, 'ICC_PROFILE\0'));
    yield bytes.subarray(0, 2);
    for (const part of parts) {
      // Both say in which colours the numbers are.
      const colours =
        (part.kind === 'e0' && startsWith(bytes, part, 'JFIF\0')) ||
        (part.kind === 'ee' && startsWith(bytes, part, 'Adobe'));
      if (colours || profile.has(part) || JPEG_KEPT.test(part.kind)) yield bytes.subarray(part.start, part.end);
    }
  },
  *png({ parts }, bytes) {
    const profile = partsOfProfile(parts, ({ kind }) => kind === 'iCCP');
    yield bytes.subarray(0, 8);
    for (const part of parts) {
      if (profile.has(part) || PNG_KEPT.test(part.kind)) yield bytes.subarray(part.start, part.end);
    }
  },
  *webp({ parts }, bytes) {
    const profile = partsOfProfile(parts, ({ kind }) => kind === 'ICCP');
    const kept = parts.filter(part => profile.has(part) || WEBP_KEPT.test(part.kind));
    const chunks = kept.flatMap(({ start, end }) => [bytes.subarray(start, end), Buffer.alloc(end % 2)]);
    const canvas = parts[0]?.kind === 'VP8X' ? [canvasFor(bytes, parts[0], profile.size > 0)] : [];
    const length = [...canvas, ...chunks].reduce((sum, chunk) => sum + chunk.length, 4);
    const head = Buffer.from('RIFF\0\0\0\0WEBP', 'latin1');
    head.writeUInt32LE(length, 4);
    yield* [head, ...canvas, ...chunks];
  },
};

/** The header of an extended WebP, its flags for what is left. */
function canvasFor(bytes: Buffer, { start, end }: ImagePart, profiled: boolean): Buffer {
  const canvas = Buffer.from(bytes.subarray(start, end));
  canvas[8] = ((canvas[8] ?? 0) & ALPHA_FLAG) | (profiled ? PROFILE_FLAG : 0);
  return canvas;
}

/** All of them or, when they are larger than a profile has reason to be, none. */
function partsOfProfile(parts: readonly ImagePart[], isProfile: (part: ImagePart) => boolean): ReadonlySet<ImagePart> {
  const profile = parts.filter(isProfile);
  const length = profile.reduce((sum, { start, end }) => sum + end - start, 0);
  return new Set(length <= PROFILE_BYTES_MAX ? profile : []);
}

/** Whether the segment's content begins so. */
function startsWith(bytes: Buffer, { start, end }: ImagePart, text: string): boolean {
  return bytes.toString('latin1', start + 4, Math.min(end, start + 4 + text.length)) === text;
}
