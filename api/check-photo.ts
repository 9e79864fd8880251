/**
 * Judges a photo by its first bytes and its header, before anything decodes it: what cannot be taken is refused with
 * a sentence that says what to do, and a picture that would unfold to gigabytes never gets that far.
 */
import { imageSize } from 'image-size';
import { ProblemError } from '../common/errors.ts';
import { isComplete, type PhotoType } from './photo-complete.ts';

export const PHOTO_BYTES_MAX = 20 * 2 ** 20;
const SIDE_PX_MAX = 10_000;
const MEGAPIXELS_MAX: { readonly [type in PhotoType]: number } = { jpg: 50, png: 25, webp: 25 };
const CONTENT_TYPES: { readonly [type in PhotoType]: string } = {
  jpg: 'image/jpeg',
  png: 'image/png',
  webp: 'image/webp',
};
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
  const { type, width, height } = readHeader(bytes);
  const contentType = CONTENT_TYPES[type];
  if (isAnimated(type, bytes)) throw new ProblemError('image_animated');
  const megapixels = (width * height) / 1_000_000;
  if (Math.max(width, height) > SIDE_PX_MAX || megapixels > MEGAPIXELS_MAX[type]) {
    throw new ProblemError('image_too_many_pixels', { detail: `The photo is ${width} × ${height} pixels.` });
  }
  if (Math.min(width, height) < minSidePx) {
    const detail = `The photo is ${width} × ${height} pixels; each side needs at least ${minSidePx}.`;
    throw new ProblemError('image_too_small', { detail });
  }
  if (!isComplete(type, bytes))
    throw new ProblemError('image_unreadable', { detail: 'The photo breaks off before its end.' });
  return { contentType, width, height };
}

function readHeader(bytes: Buffer): { type: PhotoType; width: number; height: number } {
  if (HEIC_BRANDS.test(bytes.toString('latin1', 4, 12))) throw new ProblemError('heic_not_supported');
  const signature = signatureOf(bytes);
  if (signature === undefined) throw new ProblemError('image_type_unsupported');
  try {
    const { type, width, height } = imageSize(bytes);
    if (type === signature && width > 0 && height > 0) return { type: signature, width, height };
  } catch (error) {
    throw new ProblemError('image_unreadable', { cause: error });
  }
  throw new ProblemError('image_unreadable');
}

/** Only three formats ever reach the header parser: everything else is refused by its first bytes. */
function signatureOf(bytes: Buffer): PhotoType | undefined {
  if (bytes.subarray(0, 3).equals(Buffer.from([0xff, 0xd8, 0xff]))) return 'jpg';
  if (bytes.subarray(0, 8).equals(Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'))) return 'png';
  if (bytes.toString('latin1', 0, 4) === 'RIFF' && bytes.toString('latin1', 8, 12) === 'WEBP') return 'webp';
  return undefined;
}

/** APNG announces itself by an `acTL` chunk before the pixels; WebP by a flag of its `VP8X` header. */
function isAnimated(type: PhotoType, bytes: Buffer): boolean {
  if (type === 'webp') return bytes.toString('latin1', 12, 16) === 'VP8X' && ((bytes[20] ?? 0) & 0x02) !== 0;
  if (type !== 'png') return false;
  const pixels = bytes.indexOf('IDAT', 8, 'latin1');
  const animation = bytes.indexOf('acTL', 8, 'latin1');
  return animation !== -1 && (pixels === -1 || animation < pixels);
}
