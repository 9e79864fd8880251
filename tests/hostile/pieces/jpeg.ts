/** The building blocks of a JPEG, to be put together wrongly. */

export const SOI = Buffer.from([0xff, 0xd8]);
export const EOI = Buffer.from([0xff, 0xd9]);

export function segment(marker: number, content: Uint8Array | readonly number[]): Buffer {
  const head = Buffer.from([0xff, marker, 0, 0]);
  head.writeUInt16BE(content.length + 2, 2);
  return Buffer.concat([head, Buffer.from(content)]);
}

export function comment(text: string): Buffer {
  return segment(0xfe, Buffer.from(text, 'latin1'));
}

/** Where the first segment of that marker begins. */
export function find(jpeg: Buffer, marker: number): number {
  let at = 2;
  while (jpeg[at + 1] !== marker) at += 2 + jpeg.readUInt16BE(at + 2);
  return at;
}

/** The file with the sides that it declares changed, and nothing else. */
export function declaring(jpeg: Buffer, width: number, height: number): Buffer {
  const copy = Buffer.from(jpeg);
  const frame = find(copy, 0xc0);
  copy.writeUInt16BE(height, frame + 5);
  copy.writeUInt16BE(width, frame + 7);
  return copy;
}

/** A scan of a progressive JPEG over the coefficients `first` to `last`, which adds the bits from `high` to `low`. */
export interface Scan {
  readonly component: number;
  readonly first: number;
  readonly last: number;
  readonly high: number;
  readonly low: number;
}

/** Every pixel the same, so that a scan of 50 megapixels takes some 50 bytes; sound, however many scans there are. */
export function progressive(sides: Sides, scans: readonly Scan[]): Buffer {
  const { width, height, samplings } = sides;
  const components = samplings.length;
  const ids = samplings.map((_, index) => index + 1);
  const frame = [8, height >> 8, height & 255, width >> 8, width & 255, components];
  // One symbol in each table, its code a single zero bit.
  const table = (place: number, symbol: number) => segment(0xc4, [place, 1, ...Array(15).fill(0), symbol]);
  const END_OF_BAND_RUN_14 = 0xe0;
  return Buffer.concat([
    SOI,
    segment(0xdb, [0, ...Array(64).fill(1)]),
    segment(0xc2, [...frame, ...ids.flatMap((id, index) => [id, samplings[index] ?? 0, 0])]),
    table(0x00, 0),
    segment(0xda, [components, ...ids.flatMap(id => [id, 0]), 0, 0, 0]),
    // A bit for each block.
    Buffer.alloc(Math.ceil(blocksTogether(sides) / 8)),
    table(0x10, END_OF_BAND_RUN_14),
    ...scans.flatMap(({ component, first, last, high, low }) => [
      segment(0xda, [1, component, 0, first, last, (high << 4) | low]),
      emptyBlocks(blocksAlone(sides, component)),
    ]),
    EOI,
  ]);
}

interface Sides {
  readonly width: number;
  readonly height: number;
  /** For each component how often it is stored across (the upper four bits) and down. */
  readonly samplings: readonly number[];
}

/** In a scan of all components; at the edges there may be more blocks than pixels for them. */
function blocksTogether({ width, height, samplings }: Sides): number {
  const { across, down } = cellOf(samplings);
  const cells = Math.ceil(width / (8 * across)) * Math.ceil(height / (8 * down));
  return cells * samplings.reduce((sum, sampling) => sum + (sampling >> 4) * (sampling & 15), 0);
}

/** In a scan of that component alone. */
function blocksAlone({ width, height, samplings }: Sides, component: number): number {
  const { across, down } = cellOf(samplings);
  const sampling = samplings[component - 1] ?? 0;
  const count = (side: number, share: number) => Math.ceil(Math.ceil(side * share) / 8);
  return count(width, (sampling >> 4) / across) * count(height, (sampling & 15) / down);
}

function cellOf(samplings: readonly number[]): { across: number; down: number } {
  return {
    across: Math.max(...samplings.map(sampling => sampling >> 4)),
    down: Math.max(...samplings.map(sampling => sampling & 15)),
  };
}

/** Every coefficient by itself, each bit of it by itself: 882 scans for a component, all as the standard wants them. */
export function everyBit(components: number, { band = 1 } = {}): Scan[] {
  const scans: Scan[] = [];
  for (let component = 1; component <= components; component++) {
    for (let first = 1; first <= 63; first += band) {
      const last = Math.min(63, first + band - 1);
      scans.push({ component, first, last, high: 0, low: 13 });
      for (let low = 12; low >= 0; low--) scans.push({ component, first, last, high: low + 1, low });
    }
  }
  return scans;
}

/** Runs of blocks without anything, each as long as a run can be: a zero bit, and 14 bits of its length. */
function emptyBlocks(blocks: number): Buffer {
  let bits = '';
  for (let left = blocks; left > 0; left -= 2 ** 15 - 1) {
    // A run beyond the end does no harm.
    bits += `0${Math.max(0, Math.min(left, 2 ** 15 - 1) - 2 ** 14)
      .toString(2)
      .padStart(14, '0')}`;
  }
  const bytes = bits.match(/.{1,8}/g)?.map(byte => Number.parseInt(byte.padEnd(8, '1'), 2)) ?? [];
  return Buffer.from(bytes.flatMap(byte => (byte === 0xff ? [0xff, 0] : [byte])));
}
