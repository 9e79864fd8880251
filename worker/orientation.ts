/**
 * How the camera was held, by the EXIF block of a photo: one number of a table, read without a parser of the rest.
 */
import type { ImageFile, ImagePart } from '../common/image-file/image-file.ts';

/** As EXIF counts: 1 upright, 3 upside down, 6 and 8 on a side, the others mirrored too. */
export type Orientation = 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8;

const PREFIX = Buffer.from('Exif\0\0', 'latin1');
/** Where a segment or chunk keeps its content. */
const CONTENT_FROM = { jpeg: 4, png: 8, webp: 8 };
const CONTENT_UNTIL = { jpeg: 0, png: 4, webp: 0 };
const KIND = { jpeg: 'e1', png: 'eXIf', webp: 'EXIF' };
const ORIENTATION = 0x0112;
const SHORT = 3;
const ENTRY_BYTES = 12;

/** 1 for a photo that does not say, or says nonsense. Only the first EXIF block counts. */
export function orientationOf({ type, parts }: ImageFile, bytes: Buffer): Orientation {
  for (const part of parts) {
    if (part.kind !== KIND[type]) continue;
    const content = contentOf(bytes, part, type);
    const prefixed = content.subarray(0, PREFIX.length).equals(PREFIX);
    // In a JPEG the same marker holds other things; the prefix tells.
    if (prefixed || type !== 'jpeg') return readOrientation(prefixed ? content.subarray(PREFIX.length) : content);
  }
  return 1;
}

function contentOf(bytes: Buffer, { start, end }: ImagePart, type: ImageFile['type']): Buffer {
  return bytes.subarray(start + CONTENT_FROM[type], end - CONTENT_UNTIL[type]);
}

/** TIFF 6.0: byte order, 42, the place of a table, and there entries of twelve bytes. */
function readOrientation(tiff: Buffer): Orientation {
  if (tiff.length < 10) return 1;
  const order = tiff.toString('latin1', 0, 2);
  const short = (at: number) => (order === 'II' ? tiff.readUInt16LE(at) : tiff.readUInt16BE(at));
  const long = (at: number) => (order === 'II' ? tiff.readUInt32LE(at) : tiff.readUInt32BE(at));
  if ((order !== 'II' && order !== 'MM') || short(2) !== 42) return 1;
  const table = long(4);
  if (table + 2 > tiff.length) return 1;
  const end = Math.min(tiff.length - ENTRY_BYTES, table + 2 + ENTRY_BYTES * (short(table) - 1));
  for (let entry = table + 2; entry <= end; entry += ENTRY_BYTES) {
    if (short(entry) !== ORIENTATION) continue;
    const value = short(entry + 8);
    const sound = short(entry + 2) === SHORT && long(entry + 4) === 1 && value >= 1 && value <= 8;
    return sound ? (value as Orientation) : 1;
  }
  return 1;
}
