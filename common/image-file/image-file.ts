/**
 * Reads what a JPEG, PNG or WebP says about itself, by its structure alone: nothing is decoded. Both sides build on it:
 * the API refuses by it before a job exists, the worker gives the decoder no more than the parts that make the picture.
 * Whoever wrote the file may have meant harm: every walk takes time in proportion to the bytes, and ends.
 */
import { isJpeg, readJpeg } from './jpeg.ts';
import { isPng, readPng } from './png.ts';
import { isWebp, readWebp } from './webp.ts';

/** A segment or chunk with its frame: `start` is its first byte, `end` the one behind its last. */
export interface ImagePart {
  /** JPEG: the marker in hex, `da`; PNG and WebP: its four letters. */
  readonly kind: string;
  readonly start: number;
  readonly end: number;
}

export interface ImageFile {
  readonly type: 'jpeg' | 'png' | 'webp';
  /** As stored, before a camera's orientation turns it; 0 when the header does not say. */
  readonly width: number;
  readonly height: number;
  readonly animated: boolean;
  /** What a decoder keeps for each pixel when it cannot go row by row; 0 when it can. */
  readonly heldBytesPerPixel: number;
  /** In the order of the file, as far as it could be followed. Nothing behind the picture's end is among them. */
  readonly parts: readonly ImagePart[];
  /** What is wrong with the structure, as a sentence for whoever sent it; undefined for a file that holds together. */
  readonly problem: string | undefined;
}

/**
 * What decoding one picture may keep in memory: room for a WebP of 25 megapixels and for a progressive JPEG of 50 with
 * the usual colours (143 MiB each), or 26 with every colour at full size.
 */
export const HELD_BYTES_MAX = 150 * 2 ** 20;

/** Undefined for everything that does not begin as one of the three. */
export function readImageFile(bytes: Uint8Array): ImageFile | undefined {
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (isJpeg(view)) return readJpeg(view);
  if (isPng(view)) return readPng(view);
  if (isWebp(view)) return readWebp(view);
  return undefined;
}
