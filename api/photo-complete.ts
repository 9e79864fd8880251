/**
 * Tells a file that was cut off from a whole one by its structure alone: nothing is decoded. What is whole by this may
 * still be damaged inside; the worker's full decode has the last word.
 */
export type PhotoType = 'jpg' | 'png' | 'webp';

export function isComplete(type: PhotoType, bytes: Buffer): boolean {
  if (type === 'png') return bytes.lastIndexOf(PNG_END) !== -1;
  // The header of a WebP says how long the rest is; files may be longer, never shorter.
  if (type === 'webp') return bytes.length >= 12 && bytes.length >= bytes.readUInt32LE(4) + 8;
  const scan = startOfScan(bytes);
  return scan !== undefined && bytes.indexOf(END_OF_IMAGE, scan) !== -1;
}

/** The last chunk of every PNG, with its checksum. */
const PNG_END = Buffer.from('IEND\xae\x42\x60\x82', 'latin1');
const END_OF_IMAGE = Buffer.from([0xff, 0xd9]);
const START_OF_SCAN = 0xda;

/** Where the pixels of a JPEG begin: behind its segments, among which a whole thumbnail may hide with an end of its own. */
function startOfScan(bytes: Buffer): number | undefined {
  let position = 2;
  while (position + 4 <= bytes.length && bytes[position] === 0xff) {
    const marker = bytes[position + 1];
    if (marker === START_OF_SCAN) return position;
    // Padding: any number of 0xff may stand before a marker.
    position += marker === 0xff ? 1 : 2 + bytes.readUInt16BE(position + 2);
  }
  return undefined;
}
