/**
 * Prepares the customer's photo for a model: upright, sRGB, no larger than useful, and nothing in it but pixels. Where
 * a photo was taken, with which phone and when is nobody's business: no provider ever gets it.
 */
import sharp, { type SharpOptions } from 'sharp';
import { ModelError } from '../common/platform/model.ts';
import { sniffPicture } from './verify-picture.ts';

export interface NormalisedPhoto {
  /** A JPEG without metadata. */
  readonly bytes: Uint8Array;
  readonly width: number;
  readonly height: number;
}

const SIDE_PX = 2_048;
/** What the API takes at most; more would unfold to gigabytes. */
const PIXELS_MAX = 50_000_000;
/** A progressive JPEG of 50 megapixels takes about 2 s on one core; ten times that is no honest photo. */
const SECONDS_MAX = 20;
/** Models see no difference above this, and the upload to them gets no longer than it must. */
const JPEG_QUALITY = 90;
const PAPER = '#fff';
/** Some phones write this field of the header wrong in photos that are whole; every viewer shows them. */
const HARMLESS = /Invalid SOS parameters/;

/** Throws `input_unreadable` for what is no PNG, JPEG or WebP, for a damaged or cut-off photo and an oversized one. */
export async function normalise(
  photo: Uint8Array,
  { maxSidePx = SIDE_PX }: { maxSidePx?: number } = {},
): Promise<NormalisedPhoto> {
  if (sniffPicture(photo) === undefined) throw new ModelError('input_unreadable', 'the photo is no PNG, JPEG or WebP');
  try {
    return await reencode(photo, { maxSidePx, failOn: 'warning' }).catch(error => {
      if (!HARMLESS.test(String(error))) throw error;
      // Still fails on a photo that is cut off.
      return reencode(photo, { maxSidePx, failOn: 'error' });
    });
  } catch (error) {
    throw new ModelError('input_unreadable', 'the photo does not decode completely', { cause: error });
  }
}

/** The first frame of an animation; transparency turns into white paper. What is not carried over by name is lost. */
async function reencode(
  photo: Uint8Array,
  { maxSidePx, failOn }: { maxSidePx: number } & Pick<SharpOptions, 'failOn'>,
): Promise<NormalisedPhoto> {
  const { data, info } = await sharp(photo, { failOn, limitInputPixels: PIXELS_MAX, pages: 1 })
    .autoOrient()
    .flatten({ background: PAPER })
    .resize(maxSidePx, maxSidePx, { fit: 'inside', withoutEnlargement: true })
    .toColourspace('srgb')
    .jpeg({ quality: JPEG_QUALITY })
    .timeout({ seconds: SECONDS_MAX })
    .toBuffer({ resolveWithObject: true });
  return { bytes: data, width: info.width, height: info.height };
}

/**
 * Sets libvips up for a server; `server.ts` calls it once at start-up. Its cache of recent operations would hold
 * customers' photos in memory for nothing, since no photo is worked on twice; and jobs run side by side already, so
 * more threads for each picture would take memory and gain no time.
 */
export function tuneSharp(): void {
  sharp.cache(false);
  sharp.concurrency(1);
}
