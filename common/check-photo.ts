/**
 * Judges a photo by its first bytes and its structure, before anything decodes it: what cannot be taken is refused with
 * a sentence that says what to do, and a picture that would unfold to gigabytes never gets that far.
 */
import { ProblemError } from './errors.ts';
import { HELD_BYTES_MAX, type ImageFile, readImageFile } from './image-file/image-file.ts';

export const PHOTO_BYTES_MAX = 20 * 2 ** 20;
const SIDE_PX_MAX = 10_000;
const MEGAPIXELS_MAX: { readonly [type in ImageFile['type']]: number } = { jpeg: 50, png: 25, webp: 25 };
const HEIC_BRANDS = /^ftyp(heic|heix|hevc|heim|heis|mif1|msf1|avif|avis)/;

export interface Photo {
  readonly contentType: string;
  readonly width: number;
  readonly height: number;
}

/** Throws the refusal that fits. The photo may still turn out damaged when it is decoded. */
export function checkPhoto(bytes: Buffer, { minSidePx }: { minSidePx: number }): Photo {
  if (bytes.length === 0) throw new ProblemError('image_empty');
  if (bytes.length > PHOTO_BYTES_MAX) throw new ProblemError('image_too_large');
  if (HEIC_BRANDS.test(bytes.toString('latin1', 4, 12))) throw new ProblemError('heic_not_supported');
  const file = readImageFile(bytes);
  if (!file) throw new ProblemError('image_type_unsupported');
  const { type, width, height, animated, problem, heldBytesPerPixel } = file;
  if (animated) throw new ProblemError('image_animated');
  const megapixels = (width * height) / 1_000_000;
  if (Math.max(width, height) > SIDE_PX_MAX || megapixels > MEGAPIXELS_MAX[type]) {
    throw new ProblemError('image_too_many_pixels', { detail: `The photo is ${width} × ${height} pixels.` });
  }
  if (width * height * heldBytesPerPixel > HELD_BYTES_MAX) {
    const detail = `The photo is ${width} × ${height} pixels and progressive. Save it as a baseline JPEG, or smaller.`;
    throw new ProblemError('image_too_many_pixels', { detail });
  }
  if (problem !== undefined) throw new ProblemError('image_unreadable', { detail: problem });
  if (Math.min(width, height) < minSidePx) {
    const detail = `The photo is ${width} × ${height} pixels; each side needs at least ${minSidePx}.`;
    throw new ProblemError('image_too_small', { detail });
  }
  return { contentType: `image/${type}`, width, height };
}
