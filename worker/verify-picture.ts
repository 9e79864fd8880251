/**
 * Proves that a model's answer is a whole picture before anything counts it as done. A claimed type is not believed:
 * JPEG bytes labelled as PNG have been seen. The bytes themselves stay as they came, because they carry provenance.
 */
import sharp from 'sharp';
import { sha256 } from '../common/ids.ts';
import { ModelError } from '../common/platform/model.ts';

export type PictureType = 'image/png' | 'image/jpeg' | 'image/webp';

export interface VerifiedPicture {
  readonly contentType: PictureType;
  readonly width: number;
  readonly height: number;
  /** Lower-case hex. */
  readonly sha256: string;
  /** How many. */
  readonly bytes: number;
}

/** The largest picture of any model in the catalogue has 17 million (4K, 1:1); the rest is room for the next one. */
const PIXELS_MAX = 40_000_000;

/** Throws `unreadable_image` unless every row decodes without a warning. Bytes after the picture's end do no harm. */
export async function verifyPicture(bytes: Uint8Array): Promise<VerifiedPicture> {
  const contentType = sniffPicture(bytes);
  if (contentType === undefined) throw new ModelError('unreadable_image', 'the answer is no PNG, JPEG or WebP');
  if (contentType === 'image/png' && !hasPngEnd(bytes)) {
    throw new ModelError('unreadable_image', 'the PNG has no end');
  }
  const { width, height } = await decodeWhole(bytes);
  return { contentType, width, height, sha256: sha256(bytes), bytes: bytes.byteLength };
}

/** The type by the first bytes; undefined for everything that is none of the three. */
export function sniffPicture(bytes: Uint8Array): PictureType | undefined {
  const head = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(12, bytes.byteLength)).toString('latin1');
  if (head.startsWith('\x89PNG\r\n\x1a\n')) return 'image/png';
  if (head.startsWith('\xff\xd8\xff')) return 'image/jpeg';
  if (head.startsWith('RIFF') && head.endsWith('WEBP')) return 'image/webp';
  return undefined;
}

/** The decoder is content once it has the last row, and would take a PNG that lost its end for whole. */
function hasPngEnd(bytes: Uint8Array): boolean {
  const end = Buffer.from('IEND\xaeB`\x82', 'latin1');
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).lastIndexOf(end) > 0;
}

/** One channel is enough to make the decoder go through every row, and takes a third of the memory. */
async function decodeWhole(bytes: Uint8Array): Promise<{ width: number; height: number }> {
  try {
    const decoder = sharp(bytes, { failOn: 'warning', limitInputPixels: PIXELS_MAX });
    const { info } = await decoder.extractChannel(0).raw().toBuffer({ resolveWithObject: true });
    return info;
  } catch (error) {
    throw new ModelError('unreadable_image', 'the picture does not decode completely', { cause: error });
  }
}
