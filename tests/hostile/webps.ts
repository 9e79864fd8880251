/** Hostile WebPs. */
import sharp from 'sharp';
import { type Hostile, type HostileRow, hostiles, patched, repeated, SIDE_PX, soundPicture } from './hostile.ts';
import { endlessExif } from './pieces/exif.ts';
import { canvas, chunk, FLAGS, frame, pixelsOf, riff } from './pieces/webp.ts';

export async function hostileWebps(): Promise<Hostile[]> {
  const lossy = await soundPicture().webp().toBuffer();
  const lossless = await soundPicture().webp({ lossless: true, effort: 0 }).toBuffer();
  return hostiles([
    ...(await sizes(lossy, lossless)),
    ...animations(lossy),
    ...chunks(lossy),
    ...damages(lossy, lossless),
  ]);
}

async function sizes(lossy: Buffer, lossless: Buffer): Promise<HostileRow[]> {
  const extended = (width: number, height: number) => riff(canvas(width, height), pixelsOf(lossy));
  const even = { create: { width: 5_000, height: 5_000, channels: 4 as const, background: '#12345680' } };
  return [
    ['a canvas of 16,777,216 a side', extended(2 ** 24, 2 ** 24), 'image_too_many_pixels'],
    ['a canvas of 1 × 16,777,216', extended(1, 2 ** 24), 'image_too_many_pixels'],
    ['a canvas larger than the picture', extended(5_000, 5_000), 'image_unreadable'],
    ['a canvas smaller than the picture', extended(300, 300), 'image_unreadable'],
    ['a frame of 16,383 a side', patched(lossy, 26, [0xff, 0x3f, 0xff, 0x3f]), 'image_too_many_pixels'],
    [
      'a frame of 5,000 × 5,000, a tenth of a megapixel there',
      patched(lossy, 26, [0x88, 0x13, 0x88, 0x13]),
      'unreadable',
    ],
    ['a frame without a size', patched(lossy, 26, [0, 0, 0, 0]), 'image_unreadable'],
    ['16,384 a side, lossless', patched(lossless, 21, [0xff, 0xff, 0xff, 0x0f]), 'image_too_many_pixels'],
    ['25 megapixels in 38 bytes', await sharp(even).webp({ lossless: true }).toBuffer(), 'drawn'],
    ['25 megapixels, lossy with opacity', await sharp(even).webp({ effort: 0 }).toBuffer(), 'drawn'],
  ];
}

function animations(lossy: Buffer): HostileRow[] {
  const still = pixelsOf(lossy);
  const loop = chunk('ANIM', Buffer.alloc(6));
  const frames = repeated(frame(SIDE_PX, SIDE_PX, still.subarray(0, 200)), 10_000);
  const moving = canvas(SIDE_PX, SIDE_PX, FLAGS.animation);
  return [
    ['10,000 frames', riff(moving, loop, frames), 'image_animated'],
    [
      'frames that no flag announces',
      riff(canvas(SIDE_PX, SIDE_PX), loop, frame(SIDE_PX, SIDE_PX, still)),
      'image_animated',
    ],
    ['an animation without frames', riff(moving, loop), 'image_animated'],
    ['an animation that is a single picture', riff(moving, still), 'image_animated'],
    ['a frame larger than the canvas', riff(moving, loop, frame(16_384, 16_384, still)), 'image_animated'],
  ];
}

function chunks(lossy: Buffer): HostileRow[] {
  const still = pixelsOf(lossy);
  const extended = (flags: number, ...rest: Buffer[]) => riff(canvas(SIDE_PX, SIDE_PX, flags), ...rest);
  const claiming = (bytes: number) => {
    const copy = Buffer.from(lossy);
    copy.writeUInt32LE(bytes, 4);
    return copy;
  };
  return [
    ['a RIFF of 4 GiB', claiming(2 ** 32 - 2), 'image_unreadable'],
    ['a RIFF of nothing', claiming(0), 'image_unreadable'],
    ['a RIFF that ends in the middle', claiming(lossy.length >> 1), 'image_unreadable'],
    ['a chunk longer than the file', patched(lossy, 16, [0xff, 0xff, 0xff, 0xff]), 'image_unreadable'],
    ['two pictures', extended(0, still, still), 'image_unreadable'],
    ['two canvases', extended(0, canvas(9_999, 9_999), still), 'image_unreadable'],
    ['a canvas and no picture', extended(0), 'image_unreadable'],
    ['a canvas of 4 bytes', riff(chunk('VP8X', Buffer.alloc(4)), still), 'image_unreadable'],
    ['no chunk', riff(), 'image_unreadable'],
    ['a million chunks', extended(0, repeated(chunk('abcd', Buffer.alloc(0)), 1_000_000), still), 'image_unreadable'],
    ['40,000 chunks', extended(0, repeated(chunk('abcd', Buffer.alloc(0)), 40_000), still), 'drawn'],
    ['EXIF of 19 MB', extended(FLAGS.exif, still, chunk('EXIF', Buffer.alloc(19_000_000))), 'drawn'],
    ['EXIF tables that point at each other', extended(FLAGS.exif, still, chunk('EXIF', endlessExif())), 'drawn'],
    ['XMP of 15 MB', extended(FLAGS.xmp, still, chunk('XMP ', Buffer.alloc(15_000_000, '<a>'))), 'drawn'],
    ['a colour profile of 10 MB', extended(FLAGS.profile, chunk('ICCP', Buffer.alloc(10_000_000, 1)), still), 'drawn'],
    ['flags for what is not there', extended(0x3c, still), 'drawn'],
    ['opacity that is none', extended(FLAGS.alpha, chunk('ALPH', Buffer.alloc(50, 0xff)), still), 'unreadable'],
  ];
}

function damages(lossy: Buffer, lossless: Buffer): HostileRow[] {
  return [
    ['broken off in the header', lossy.subarray(0, 18), 'image_unreadable'],
    ['broken off in the pixels', lossy.subarray(0, lossy.length >> 1), 'image_unreadable'],
    ['no key frame', patched(lossy, 20, [(lossy[20] ?? 0) | 1]), 'image_unreadable'],
    ['a wrong start code', patched(lossy, 23, [0]), 'image_unreadable'],
    ['a wrong lossless signature', patched(lossless, 20, [0x2e]), 'image_unreadable'],
    [
      'a version of lossless that does not exist',
      patched(lossless, 24, [(lossless[24] ?? 0) | 0xe0]),
      'image_unreadable',
    ],
    ['lossless pixels that are noise', patched(lossless, 25, Array(200).fill(0x5a)), 'unreadable'],
    ['a first partition that is too long', patched(lossy, 20, [0xf0, 0xff, 0xff]), 'unreadable'],
    [
      'half of the pixels, and the lengths to match',
      riff(chunk('VP8 ', lossy.subarray(20, lossy.length >> 1))),
      'unreadable',
    ],
  ];
}
