/** JPEGs that are hostile by what makes the picture. */
import { type Hostile, type HostileRow, hostiles, inserted, patched, repeated, soundPicture } from './hostile.ts';
import { declaring, EOI, everyBit, find, progressive, SOI, segment } from './pieces/jpeg.ts';

const MIB = 2 ** 20;

export async function hostileJpegs(): Promise<Hostile[]> {
  const sound = await soundPicture().jpeg().toBuffer();
  const threeScans = await soundPicture().jpeg({ progressive: true }).toBuffer();
  return hostiles([
    ...sizes(sound),
    ...bombs(),
    ...kinds(sound),
    ...structure(sound),
    ...cuts(sound),
    ...damages(sound, threeScans),
  ]);
}

function sizes(sound: Buffer): HostileRow[] {
  const secondFrame = segment(0xc0, [8, 0, 40, 0, 40, 3, 1, 0x11, 0, 2, 0x11, 0, 3, 0x11, 0]);
  return [
    ['64,250 × 64,250 declared', declaring(sound, 64_250, 64_250), 'image_too_many_pixels'],
    ['65,535 × 65,535 declared', declaring(sound, 65_535, 65_535), 'image_too_many_pixels'],
    ['1 × 65,535 declared', declaring(sound, 1, 65_535), 'image_too_many_pixels'],
    ['10,001 × 300 declared', declaring(sound, 10_001, 300), 'image_too_many_pixels'],
    ['50 megapixels declared, a tenth of one there', declaring(sound, 8_000, 6_250), 'unreadable'],
    ['no height', declaring(sound, 320, 0), 'image_unreadable'],
    ['no width', declaring(sound, 0, 320), 'image_unreadable'],
    ['the size told twice', inserted(sound, find(sound, 0xc0), secondFrame), 'image_unreadable'],
    ['another size in front of the scan', inserted(sound, find(sound, 0xda), secondFrame), 'image_unreadable'],
    [
      'a height told behind the pixels',
      inserted(declaring(sound, 320, 0), sound.length - 2, segment(0xdc, [1, 64])),
      'image_unreadable',
    ],
  ];
}

/** Little to send, much to decode: what has to be refused, and the largest that is within the limits. */
function bombs(): HostileRow[] {
  const steps = everyBit(3, { band: 63 });
  const colours = { width: 8_000, height: 3_270, samplings: [0x11, 0x11, 0x11] };
  const inks = { width: 6_000, height: 3_270, samplings: [0x11, 0x11, 0x11, 0x11] };
  const usual = { width: 8_000, height: 6_250, samplings: [0x22, 0x11, 0x11] };
  const squareMegapixel = { width: 1_000, height: 1_000, samplings: inks.samplings };
  const grey = { width: 10_000, height: 5_000, samplings: [0x11] };
  return [
    ['50 megapixels, progressive', progressive(usual, []), 'drawn'],
    ['50 megapixels in 32 scans', progressive(usual, steps.slice(0, 31)), 'drawn'],
    ['50 megapixels in 33 scans', progressive(usual, steps.slice(0, 32)), 'image_unreadable'],
    ['50 megapixels in 2,647 scans', progressive(usual, everyBit(3)), 'image_unreadable'],
    ['a megapixel in 3,529 scans', progressive(squareMegapixel, everyBit(4)), 'image_unreadable'],
    ['26 megapixels in 32 scans, every colour at full size', progressive(colours, steps.slice(0, 31)), 'drawn'],
    [
      '50 megapixels, progressive, every colour at full size',
      progressive({ ...colours, height: 6_250 }, []),
      'image_too_many_pixels',
    ],
    ['19 megapixels of four inks, progressive', progressive(inks, []), 'drawn'],
    ['20 megapixels of four inks, progressive', progressive({ ...inks, width: 6_100 }, []), 'image_too_many_pixels'],
    ['50 megapixels of one grey, progressive', progressive(grey, []), 'drawn'],
  ];
}

function kinds(sound: Buffer): HostileRow[] {
  const frame = find(sound, 0xc0);
  const marked = (marker: number) => patched(sound, frame + 1, [marker]);
  const arithmetic = inserted(marked(0xc9), frame, segment(0xcc, [0, 0x10]));
  return [
    ['arithmetic coding', arithmetic, 'image_unreadable'],
    ['arithmetic coding, progressive', marked(0xca), 'image_unreadable'],
    ['lossless', marked(0xc3), 'image_unreadable'],
    ['hierarchical', marked(0xc5), 'image_unreadable'],
    ['12 bits deep', patched(sound, frame + 4, [12]), 'image_unreadable'],
    ['2 components', patched(sound, frame + 9, [2]), 'image_unreadable'],
    ['255 components', patched(sound, frame + 9, [255]), 'image_unreadable'],
    ['called progressive, but is not', marked(0xc2), 'unreadable'],
  ];
}

function structure(sound: Buffer): HostileRow[] {
  return [
    ['two beginnings', Buffer.concat([SOI, sound]), 'image_unreadable'],
    ['a beginning in the middle', inserted(sound, find(sound, 0xda), SOI), 'image_unreadable'],
    ['an end before the pixels', inserted(sound, find(sound, 0xda), EOI), 'image_unreadable'],
    ['a segment of length 0', inserted(sound, 2, Buffer.from([0xff, 0xe5, 0, 0])), 'image_unreadable'],
    ['a segment of length 1', inserted(sound, 2, Buffer.from([0xff, 0xe5, 0, 1])), 'image_unreadable'],
    ['a segment longer than the file', inserted(sound, 2, Buffer.from([0xff, 0xe5, 0xff, 0xff])), 'image_unreadable'],
    ['20 MiB of nothing', Buffer.concat([sound.subarray(0, 4), Buffer.alloc(20 * MIB - 4)]), 'image_unreadable'],
    ['20 MiB of padding', Buffer.concat([SOI, Buffer.alloc(20 * MIB - 2, 0xff)]), 'image_unreadable'],
    [
      '20 MiB of pixels without an end',
      Buffer.concat([sound.subarray(0, -2), repeated(Buffer.from([0xff, 0]), 10 * MIB - 20_000)]),
      'image_unreadable',
    ],
    ['five million segments', Buffer.concat([SOI, repeated(segment(0xe1, []), 5 * MIB - 1)]), 'image_unreadable'],
    [
      'more tables than a decoder has places for',
      inserted(sound, 2, segment(0xc4, [0x1f, ...Array(16).fill(0)])),
      'unreadable',
    ],
  ];
}

/** Broken off wherever a decoder might go on from memory of its own. */
function cuts(sound: Buffer): HostileRow[] {
  const places: [string, number][] = [
    ['the beginning', 3],
    ['the first segment', 12],
    ['the quantisation table', find(sound, 0xdb) + 20],
    ['the frame', find(sound, 0xc0) + 6],
    ['the Huffman table', find(sound, 0xc4) + 25],
    ['the header of the scan', find(sound, 0xda) + 5],
    ['the pixels', find(sound, 0xda) + 500],
    ['the end', sound.length - 1],
  ];
  return places.map(([what, at]) => [`broken off in ${what}`, sound.subarray(0, at), 'image_unreadable']);
}

/** Whole by its structure: the decoder has to find out. */
function damages(sound: Buffer, threeScans: Buffer): HostileRow[] {
  const scan = find(sound, 0xda);
  const pixels = scan + 2 + sound.readUInt16BE(scan + 2);
  const half = pixels + Math.floor((sound.length - pixels) / 2);
  const without = (marker: number) => {
    const at = find(sound, marker);
    return Buffer.concat([sound.subarray(0, at), sound.subarray(at + 2 + sound.readUInt16BE(at + 2))]);
  };
  // No Huffman code consists of ones alone.
  const ones = repeated(Buffer.from([0xff, 0]), 500);
  const table = find(sound, 0xc4);
  const symbols = [...sound.subarray(table + 21, table + 2 + sound.readUInt16BE(table + 2))];
  return [
    ['half of the pixels, and an end', Buffer.concat([sound.subarray(0, half), EOI]), 'unreadable'],
    [
      'half of the scans, and an end',
      Buffer.concat([threeScans.subarray(0, threeScans.length >> 1), EOI]),
      'unreadable',
    ],
    ['no pixels', Buffer.concat([sound.subarray(0, pixels), EOI]), 'unreadable'],
    ['pixels that are none', Buffer.concat([sound.subarray(0, pixels), ones, EOI]), 'unreadable'],
    ['a Huffman table that counts too many', patched(sound, table + 5, Array(16).fill(255)), 'unreadable'],
    ['a Huffman table of another code', patched(sound, table + 21, symbols.toReversed()), 'unreadable'],
    ['no quantisation table', without(0xdb), 'unreadable'],
    ['a scan of a component that is not there', patched(sound, scan + 5, [9]), 'unreadable'],
    ['restarts that never come', inserted(sound, scan, segment(0xdd, [0, 1])), 'unreadable'],
    ['a component sampled 15 times', patched(sound, find(sound, 0xc0) + 11, [0xff]), 'unreadable'],
  ];
}
