/** EXIF blocks, sound and otherwise: a TIFF file without a picture. */

export interface Entry {
  readonly tag: number;
  /** 1 byte, 2 text, 3 short, 4 long, 7 anything. */
  readonly type: number;
  readonly count: number;
  /** The number, or the place of a longer content. */
  readonly value: number;
}

export const ORIENTATION = 0x0112;

/** Little-endian, with one table and, behind it, `rest`. */
export function exif(entries: readonly Entry[], { next = 0, rest }: { next?: number; rest?: Buffer } = {}): Buffer {
  const table = Buffer.alloc(8 + 2 + 12 * entries.length + 4);
  table.write('II*\0\x08\0\0\0', 'latin1');
  table.writeUInt16LE(entries.length, 8);
  for (const [index, { tag, type, count, value }] of entries.entries()) {
    const at = 10 + 12 * index;
    table.writeUInt16LE(tag, at);
    table.writeUInt16LE(type, at + 2);
    table.writeUInt32LE(count, at + 4);
    if (type === 3 && count === 1) table.writeUInt16LE(value, at + 8);
    else table.writeUInt32LE(value, at + 8);
  }
  table.writeUInt32LE(next, table.length - 4);
  return Buffer.concat([table, rest ?? Buffer.alloc(0)]);
}

/** A block whose tables point at one another for ever. */
export function endlessExif(): Buffer {
  const START = 8;
  const pointers = [0x8769, 0x8825, 0xa005, 0x014a].map(tag => ({ tag, type: 4, count: 1, value: START }));
  return exif(pointers, { next: START });
}

/** As many entries as a table can count, each claiming a content of that size. */
export function greedyExif(bytes: number, { entries }: { entries: number }): Buffer {
  const all = Array.from({ length: entries }, (_, index) => ({ tag: 0x100 + index, type: 7, count: bytes, value: 8 }));
  return exif(all, { rest: Buffer.alloc(Math.max(0, bytes - 12 * entries)) });
}

export function inJpeg(block: Buffer): Buffer {
  return Buffer.concat([Buffer.from('Exif\0\0', 'latin1'), block]);
}
