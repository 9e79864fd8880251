/**
 * Prepares the customer's photo for a model: upright, sRGB, no larger than useful, and nothing in it but pixels. Where
 * a photo was taken, with which phone and when is nobody's business: no provider ever gets it.
 */
import type { Sharp, SharpOptions } from 'sharp';
import { ModelError } from '../common/platform/model.ts';
import { type BarePicture, type Bounds, barePicture } from './bare-picture.ts';
import { decoderOf } from './decoder.ts';
import type { Orientation } from './orientation.ts';
import type { TakePixels } from './pixel-gate.ts';

export interface NormalisedPhoto {
  /** A JPEG without metadata. */
  readonly bytes: Uint8Array;
  readonly width: number;
  readonly height: number;
}

export interface NormaliseOptions {
  readonly maxSidePx?: number;
  /** Asked for room before anything is decoded. */
  readonly take?: TakePixels;
}

const SIDE_PX = 2_048;
/** What the API takes at most; more would unfold to gigabytes. */
const BOUNDS: Bounds = { pixelsMax: 50_000_000, otherwise: 'input_unreadable' };
/** Models see no difference above this, and the upload to them gets no longer than it must. */
const JPEG_QUALITY = 90;
const PAPER = '#fff';
/** Some phones write this field of the header wrong in photos that are whole; every viewer shows them. */
const HARMLESS = /Invalid SOS parameters/;

/** Throws `input_unreadable` for what is no PNG, JPEG or WebP, for a damaged or cut-off photo and an oversized one. */
export async function normalise(
  photo: Uint8Array,
  { maxSidePx = SIDE_PX, take }: NormaliseOptions = {},
): Promise<NormalisedPhoto> {
  const bare = barePicture(photo, BOUNDS);
  await take?.(bare.weightPx);
  try {
    return await reencode(bare, { maxSidePx, failOn: 'warning' }).catch(error => {
      if (!HARMLESS.test(String(error))) throw error;
      // Still fails on a photo that is cut off.
      return reencode(bare, { maxSidePx, failOn: 'error' });
    });
  } catch (error) {
    throw new ModelError('input_unreadable', 'the photo does not decode completely', { cause: error });
  }
}

/** Transparency turns into white paper. What is not carried over by name is lost. */
async function reencode(
  bare: BarePicture,
  { maxSidePx, failOn }: { maxSidePx: number } & Pick<SharpOptions, 'failOn'>,
): Promise<NormalisedPhoto> {
  const shrunk = decoderOf(bare, { failOn })
    .flatten({ background: PAPER })
    .resize(maxSidePx, maxSidePx, { fit: 'inside', withoutEnlargement: true });
  const { data, info } = await UPRIGHT[bare.orientation](shrunk)
    .toColourspace('srgb')
    .jpeg({ quality: JPEG_QUALITY, optimiseCoding: false })
    .toBuffer({ resolveWithObject: true });
  return { bytes: data, width: info.width, height: info.height };
}

/** Behind the shrinking: a turn keeps the whole picture in memory. Mirrored first, then turned. */
const UPRIGHT: { readonly [orientation in Orientation]: (photo: Sharp) => Sharp } = {
  1: photo => photo,
  2: photo => photo.flop(),
  3: photo => photo.rotate(180),
  4: photo => photo.flip(),
  5: photo => photo.flop().rotate(270),
  6: photo => photo.rotate(90),
  7: photo => photo.flop().rotate(90),
  8: photo => photo.rotate(270),
};
