/**
 * The two small companions of a picture: a preview for pages and lists, and a placeholder of some 30 bytes that a page
 * can paint before anything is loaded. The picture is decoded once for both.
 */
import sharp from 'sharp';
import { rgbaToThumbHash } from 'thumbhash';
import { barePicture } from './bare-picture.ts';
import { decoderOf } from './decoder.ts';
import type { TakePixels } from './pixel-gate.ts';
import { ANSWER_BOUNDS } from './verify-picture.ts';

export interface Preview {
  /** WebP that fits a square of 512 px. */
  readonly preview: Uint8Array;
  /** ThumbHash, base64. */
  readonly placeholder: string;
}

const PREVIEW_PX = 512;
/** The most that ThumbHash takes. */
const PLACEHOLDER_PX = 100;
const QUALITY = 80;

/** For a picture that `verifyPicture` let through; throws what the decoder throws for another. */
export async function makePreview(picture: Uint8Array, { take }: { take?: TakePixels } = {}): Promise<Preview> {
  const bare = barePicture(picture, ANSWER_BOUNDS);
  await take?.(bare.weightPx);
  const small = await decoderOf(bare)
    .resize(PREVIEW_PX, PREVIEW_PX, { fit: 'inside', withoutEnlargement: true })
    .toColourspace('srgb')
    .ensureAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  const { width, height, channels } = small.info;
  const reopen = () => sharp(small.data, { raw: { width, height, channels } });
  const [preview, thumb] = await Promise.all([
    reopen().webp({ quality: QUALITY }).toBuffer(),
    reopen()
      .resize(PLACEHOLDER_PX, PLACEHOLDER_PX, { fit: 'inside', withoutEnlargement: true })
      .raw()
      .toBuffer({ resolveWithObject: true }),
  ]);
  const hash = rgbaToThumbHash(thumb.info.width, thumb.info.height, thumb.data);
  return { preview, placeholder: Buffer.from(hash).toString('base64') };
}
