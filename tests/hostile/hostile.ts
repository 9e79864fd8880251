/**
 * A picture file made to do harm, and what Easel has to do with it. They are made by code from sound pictures, a byte
 * edit each, so that every one says what is wrong with it.
 */
import sharp, { type Sharp } from 'sharp';
import type { ProblemCode } from '../../common/errors.ts';
import { seededRandom } from '../test-clock.ts';

export interface Hostile {
  readonly name: string;
  readonly bytes: Buffer;
  /**
   * The code of the refusal; or, where the header shows nothing wrong, how the job ends: `unreadable` = failed with
   * `input_unreadable`, `drawn` = succeeded, because what makes the picture is sound.
   */
  readonly expected: ProblemCode | 'unreadable' | 'drawn';
  /** What the upload claims; a JPEG of a common name unless told otherwise. */
  readonly fileName?: string;
  readonly contentType?: string;
}

export type HostileRow = readonly [name: string, bytes: Buffer, expected: Hostile['expected']];

export function hostiles(rows: readonly HostileRow[]): Hostile[] {
  return rows.map(([name, bytes, expected]) => ({ name, bytes, expected }));
}

export const SIDE_PX = 320;

/** The same soft blotches each time: every block has something to decode. */
export function soundPicture(width = SIDE_PX, height = SIDE_PX): Sharp {
  const pixels = seededRandom(1).bytes(3 * width * height);
  return sharp(pixels, { raw: { width, height, channels: 3 } }).blur(4);
}

/** The same bytes with others over them from `at` on. */
export function patched(bytes: Buffer, at: number, over: readonly number[]): Buffer {
  const copy = Buffer.from(bytes);
  copy.set(over, at);
  return copy;
}

/** The same bytes with others between them. */
export function inserted(bytes: Buffer, at: number, ...between: readonly Buffer[]): Buffer {
  return Buffer.concat([bytes.subarray(0, at), ...between, bytes.subarray(at)]);
}

/** A piece many times, one behind the other. */
export function repeated(piece: Buffer, count: number): Buffer {
  return Buffer.alloc(piece.length * count, piece);
}
