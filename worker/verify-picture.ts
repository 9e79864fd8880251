/**
 * Proves that a model's answer is a whole picture before anything counts it as done. A claimed type is not believed:
 * JPEG bytes labelled as PNG have been seen. The bytes themselves stay as they came, because they carry provenance.
 */
import { sha256 } from '../common/ids.ts';
import { ModelError } from '../common/platform/model.ts';
import { type BarePicture, type Bounds, barePicture } from './bare-picture.ts';
import { decoderOf } from './decoder.ts';
import type { TakePixels } from './pixel-gate.ts';

export interface VerifiedPicture {
  readonly contentType: 'image/png' | 'image/jpeg' | 'image/webp';
  readonly width: number;
  readonly height: number;
  /** Lower-case hex. */
  readonly sha256: string;
  /** How many. */
  readonly bytes: number;
}

export interface VerifyOptions {
  /** Asked for room before anything is decoded. */
  readonly take?: TakePixels;
}

/** The largest picture of any model in the catalogue has 17 million (4K, 1:1); the rest is room for the next one. */
export const ANSWER_BOUNDS: Bounds = { pixelsMax: 40_000_000, otherwise: 'unreadable_image' };

/** Throws `unreadable_image` unless every row decodes without a warning. Bytes after the picture's end do no harm. */
export async function verifyPicture(bytes: Uint8Array, { take }: VerifyOptions = {}): Promise<VerifiedPicture> {
  const bare = barePicture(bytes, ANSWER_BOUNDS);
  await take?.(bare.weightPx);
  const { width, height } = await decodeWhole(bare);
  return { contentType: `image/${bare.type}`, width, height, sha256: sha256(bytes), bytes: bytes.byteLength };
}

/** One channel is enough to make the decoder go through every row, and takes a third of the memory. */
async function decodeWhole(bare: BarePicture): Promise<{ width: number; height: number }> {
  try {
    const { info } = await decoderOf(bare).extractChannel(0).raw().toBuffer({ resolveWithObject: true });
    return info;
  } catch (error) {
    throw new ModelError('unreadable_image', 'the picture does not decode completely', { cause: error });
  }
}
