/** JPEGs that are hostile by what they carry beside the picture, or by its colours. */
import { type Hostile, type HostileRow, hostiles, inserted, patched, repeated, soundPicture } from './hostile.ts';
import { endlessExif, exif, greedyExif, inJpeg, ORIENTATION } from './pieces/exif.ts';
import { comment, declaring, segment } from './pieces/jpeg.ts';

export async function ladenJpegs(): Promise<Hostile[]> {
  const sound = await soundPicture().jpeg().toBuffer();
  return hostiles([...segments(sound), ...(await colours())]);
}

/** What nobody needs for the picture, in shapes that parsers of it stumble over. */
function segments(sound: Buffer): HostileRow[] {
  const behindStart = (...between: readonly Buffer[]) => inserted(sound, 2, ...between);
  const app1 = (block: Buffer) => segment(0xe1, inJpeg(block));
  const sizeInExif = exif([
    { tag: 0xa002, type: 4, count: 1, value: 99_999 },
    { tag: 0xa003, type: 4, count: 1, value: 99_999 },
    { tag: ORIENTATION, type: 3, count: 1, value: 4_242 },
  ]);
  const thumbnail = exif([{ tag: 0x0201, type: 4, count: 1, value: 38 }], { rest: declaring(sound, 65_500, 65_500) });
  const profile = (number: number, of: number) =>
    segment(
      0xe2,
      Buffer.concat([
        Buffer.from(`ICC_PROFILE\0${String.fromCharCode(number, of)}`, 'latin1'),
        Buffer.alloc(65_000, 7),
      ]),
    );
  return [
    ['EXIF tables that point at each other', behindStart(app1(endlessExif())), 'drawn'],
    [
      'EXIF with 5,400 entries that all claim 64 kB',
      behindStart(app1(greedyExif(65_000, { entries: 5_400 }))),
      'drawn',
    ],
    ['EXIF with another size and an orientation of 4,242', behindStart(app1(sizeInExif)), 'drawn'],
    ['EXIF that begins behind its end', behindStart(app1(Buffer.from('MM\0*\xff\xff\xff\xf0', 'latin1'))), 'drawn'],
    ['a thumbnail of 65,500 × 65,500', behindStart(app1(thumbnail)), 'drawn'],
    ['300 EXIF segments of 64 kB', behindStart(repeated(app1(greedyExif(65_000, { entries: 100 })), 300)), 'drawn'],
    ['40,000 comments', behindStart(repeated(comment('again'), 40_000)), 'drawn'],
    ['60,000 comments', behindStart(repeated(comment('again'), 60_000)), 'image_unreadable'],
    ['a colour profile of 16 MiB', behindStart(...Array.from({ length: 255 }, (_, n) => profile(n + 1, 255))), 'drawn'],
    ['a colour profile of noise', behindStart(profile(1, 1)), 'drawn'],
    ['a colour profile that says it is piece 9 of 3', behindStart(profile(9, 3)), 'drawn'],
    [
      'a second picture of 65,500 × 65,500 behind the end',
      Buffer.concat([sound, declaring(sound, 65_500, 65_500)]),
      'drawn',
    ],
    [
      'segments of every application',
      behindStart(...Array.from({ length: 16 }, (_, n) => segment(0xe0 + n, Array(300).fill(n)))),
      'drawn',
    ],
  ];
}

async function colours(): Promise<HostileRow[]> {
  const cmyk = await soundPicture().toColourspace('cmyk').jpeg().toBuffer();
  const adobe = cmyk.indexOf('Adobe', 0, 'latin1');
  return [
    ['CMYK', cmyk, 'drawn'],
    ['YCCK by its label only', patched(cmyk, adobe + 11, [2]), 'drawn'],
    ['CMYK without its label', patched(cmyk, adobe, [0x58]), 'drawn'],
  ];
}
