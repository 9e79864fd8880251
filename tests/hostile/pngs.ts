/** Hostile PNGs. */
import { deflateSync } from 'node:zlib';
import {
  type Hostile,
  type HostileRow,
  hostiles,
  inserted,
  patched,
  repeated,
  SIDE_PX,
  soundPicture,
} from './hostile.ts';
import { endlessExif, greedyExif } from './pieces/exif.ts';
import {
  BEHIND_HEADER,
  blank,
  chunk,
  compressedText,
  damaged,
  type Header,
  header,
  IEND,
  internationalText,
  png,
  profile,
  SIGNATURE,
  unfolding,
} from './pieces/png.ts';

const SIDES = { width: SIDE_PX, height: SIDE_PX };
const LARGEST = { width: 5_000, height: 5_000 };
/** Just below what libpng unfolds of one text. */
const TEXT_BYTES = 7_900_000;

export async function hostilePngs(): Promise<Hostile[]> {
  const sound = await soundPicture().png().toBuffer();
  return hostiles([
    ...sizes(sound),
    ...bombs(),
    ...headers(sound),
    ...chunks(sound),
    ...texts(sound),
    ...pixels(sound),
  ]);
}

function sizes(sound: Buffer): HostileRow[] {
  const declaring = (width: number, height: number) =>
    Buffer.concat([SIGNATURE, header({ width, height }), sound.subarray(BEHIND_HEADER)]);
  return [
    ['1 × 2³¹ declared', declaring(1, 2 ** 31), 'image_too_many_pixels'],
    ['2³¹-1 × 2³¹-1 declared', declaring(2 ** 31 - 1, 2 ** 31 - 1), 'image_too_many_pixels'],
    ['2³²-1 × 1 declared', declaring(2 ** 32 - 1, 1), 'image_too_many_pixels'],
    ['60,000 × 60,000 declared', declaring(60_000, 60_000), 'image_too_many_pixels'],
    ['5,001 × 5,000 declared', declaring(5_001, 5_000), 'image_too_many_pixels'],
    ['no width', declaring(0, 320), 'image_unreadable'],
    ['no height', declaring(320, 0), 'image_unreadable'],
    ['25 megapixels declared, a tenth of one there', declaring(5_000, 5_000), 'unreadable'],
    ['more rows than declared', declaring(320, 300), 'drawn'],
  ];
}

/** Small files, large pictures; all of them within the limits. */
function bombs(): HostileRow[] {
  const deep = { ...LARGEST, depth: 16, colour: 6 };
  const bits = { width: 10_000, height: 2_500, depth: 1, colour: 0 };
  return [
    ['25 megapixels of 64 bits', blank(deep), 'drawn'],
    ['20 megapixels of 64 bits, interlaced', blank({ ...deep, height: 3_930, interlace: 1 }), 'drawn'],
    ['25 megapixels of 64 bits, interlaced', blank({ ...deep, interlace: 1 }), 'image_too_many_pixels'],
    ['25 megapixels of 32 bits, interlaced', blank({ ...LARGEST, colour: 6, interlace: 1 }), 'drawn'],
    ['25 megapixels of one bit', blank(bits), 'drawn'],
    ['25 megapixels of one bit, interlaced', blank({ ...bits, interlace: 1 }), 'drawn'],
    ['200 MB behind the last row', png(SIDES, unfolding(200_000_000)), 'unreadable'],
  ];
}

function headers(sound: Buffer): HostileRow[] {
  const headed = (head: Partial<Header>) =>
    Buffer.concat([SIGNATURE, header({ ...SIDES, ...head }), sound.subarray(BEHIND_HEADER)]);
  const named = (kind: string) => patched(sound, 12, [...Buffer.from(kind)]);
  return [
    ['3 bits deep', headed({ depth: 3 }), 'image_unreadable'],
    ['colours of 1 bit', headed({ depth: 1 }), 'image_unreadable'],
    ['a colour type that does not exist', headed({ colour: 5 }), 'image_unreadable'],
    ['an interlacing that does not exist', headed({ interlace: 2 }), 'image_unreadable'],
    ['a compression that does not exist', headed({ compression: 1 }), 'image_unreadable'],
    ['a header of another name', named('iHDR'), 'image_unreadable'],
    ['an iPhone header before the header', inserted(sound, 8, chunk('CgBI', '\0\0\0\0')), 'image_unreadable'],
    ['a header with a wrong checksum', damaged(sound, 'IHDR'), 'image_unreadable'],
    ['two headers', inserted(sound, BEHIND_HEADER, header({ width: 9_999, height: 9_999 })), 'image_unreadable'],
    ['a palette that is missing', headed({ colour: 3 }), 'unreadable'],
    ['a header of 14 bytes', inserted(sound, 8, chunk('IHDR', Buffer.alloc(14, 1))), 'image_too_many_pixels'],
  ];
}

function chunks(sound: Buffer): HostileRow[] {
  const behindHeader = (...between: Buffer[]) => inserted(sound, BEHIND_HEADER, ...between);
  const control = chunk('acTL', Buffer.from([0, 0, 0x27, 0x10, 0, 0, 0, 0]));
  const frames = repeated(Buffer.concat([chunk('fcTL', Buffer.alloc(26)), chunk('fdAT', Buffer.alloc(20))]), 10_000);
  const pixels = sound.indexOf('IDAT', 0, 'latin1') - 4;
  return [
    ['10,000 frames', inserted(inserted(sound, sound.length - 12, frames), BEHIND_HEADER, control), 'image_animated'],
    ['frames announced behind the pixels', inserted(sound, sound.length - 12, control, frames), 'drawn'],
    ['frames announced within a text', behindHeader(chunk('tEXt', 'Comment\0acTL IDAT IEND')), 'drawn'],
    [
      'a chunk of 2³²-1 bytes',
      inserted(sound, BEHIND_HEADER, Buffer.from('\xff\xff\xff\xfftEXt', 'latin1')),
      'image_unreadable',
    ],
    ['a chunk that nobody may overlook, and nobody knows', behindHeader(chunk('ABCD', 'x')), 'image_unreadable'],
    ['pixels with a wrong checksum', damaged(sound, 'IDAT'), 'image_unreadable'],
    ['a text with a wrong checksum', damaged(behindHeader(chunk('tEXt', 'Comment\0hello')), 'tEXt'), 'drawn'],
    ['40,000 texts', behindHeader(repeated(chunk('tEXt', 'a\0b'), 40_000)), 'drawn'],
    ['a million chunks of nothing', behindHeader(repeated(chunk('abCd'), 1_000_000)), 'image_unreadable'],
    [
      'a million empty chunks of pixels',
      inserted(sound, pixels, repeated(chunk('IDAT'), 1_000_000)),
      'image_unreadable',
    ],
    ['no pixels', Buffer.concat([SIGNATURE, header(SIDES), IEND]), 'image_unreadable'],
    ['no end', sound.subarray(0, -12), 'image_unreadable'],
    ['broken off in the header', sound.subarray(0, 20), 'image_unreadable'],
    ['broken off before the pixels', sound.subarray(0, pixels + 4), 'image_unreadable'],
    ['broken off in the pixels', sound.subarray(0, pixels + 2_000), 'image_unreadable'],
    ['broken off in the end', sound.subarray(0, -1), 'image_unreadable'],
    ['the end first', inserted(sound, BEHIND_HEADER, IEND), 'image_unreadable'],
  ];
}

/** What nobody needs for the picture, small here and large in a decoder that looks into it. */
function texts(sound: Buffer): HostileRow[] {
  const behindHeader = (...between: Buffer[]) => inserted(sound, BEHIND_HEADER, ...between);
  return [
    ['19 texts that unfold to 150 MB', behindHeader(repeated(compressedText(TEXT_BYTES), 19)), 'drawn'],
    ['1,000 texts that unfold to 8 GB', behindHeader(repeated(compressedText(TEXT_BYTES), 1_000)), 'drawn'],
    [
      '100 international texts that unfold to 800 MB',
      behindHeader(repeated(internationalText('a', TEXT_BYTES), 100)),
      'drawn',
    ],
    [
      '100 XMP texts that unfold to 800 MB',
      behindHeader(repeated(internationalText('XML:com.adobe.xmp', TEXT_BYTES), 100)),
      'drawn',
    ],
    ['a colour profile that unfolds to 200 MB', behindHeader(profile(Buffer.alloc(200_000_000))), 'drawn'],
    ['a colour profile of noise', behindHeader(profile(Buffer.alloc(3_000, 7))), 'drawn'],
    ['EXIF of 7 MB', behindHeader(chunk('eXIf', greedyExif(7_000_000, { entries: 60_000 }))), 'drawn'],
    ['EXIF tables that point at each other', behindHeader(chunk('eXIf', endlessExif())), 'drawn'],
    ['30 palettes of 600 kB to suggest', behindHeader(repeated(chunk('sPLT', Buffer.alloc(600_000, 65)), 30)), 'drawn'],
  ];
}

function pixels(sound: Buffer): HostileRow[] {
  const compressed = (content: Uint8Array) => Buffer.concat([SIGNATURE, header(SIDES), chunk('IDAT', content), IEND]);
  const rows = Buffer.alloc(SIDE_PX * (1 + 3 * SIDE_PX), 5);
  const deflated = deflateSync(rows);
  const palette = { ...SIDES, colour: 3 };
  const indices = Buffer.alloc(SIDE_PX * (1 + SIDE_PX), 200).map((byte, at) => (at % (1 + SIDE_PX) === 0 ? 0 : byte));
  return [
    ['pixels that were never compressed', compressed(rows), 'unreadable'],
    ['compressed pixels that break off', compressed(deflated.subarray(0, deflated.length >> 1)), 'unreadable'],
    ['compressed with a dictionary that nobody has', compressed(patched(deflated, 1, [0x20 | 0x1b])), 'unreadable'],
    ['a filter that does not exist', png(SIDES, rows), 'unreadable'],
    ['colours that the palette does not have', png(palette, indices, chunk('PLTE', '\0\0\0')), 'drawn'],
    ['a palette of 257 colours', png(palette, indices, chunk('PLTE', Buffer.alloc(3 * 257))), 'unreadable'],
    [
      'opacity for more colours than there are',
      png(palette, indices, chunk('PLTE', '\0\0\0'), chunk('tRNS', Buffer.alloc(300))),
      'drawn',
    ],
    ['a sound PNG', sound, 'drawn'],
  ];
}
