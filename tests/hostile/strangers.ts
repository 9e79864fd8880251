/** What is no photo that Easel takes, under the names and types of one; and photos under wrong names. */
import type { ProblemCode } from '../../common/errors.ts';
import { type Hostile, soundPicture } from './hostile.ts';

const latin1 = (text: string) => Buffer.from(text, 'latin1');
const padded = (text: string) => Buffer.concat([latin1(text), Buffer.alloc(500)]);
const SVG =
  '<svg xmlns="http://www.w3.org/2000/svg" width="9999" height="9999"><image href="file:///etc/passwd"/></svg>';
const LAUGHS = `<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>${SVG}`;

/** By their first bytes, whatever is behind them. */
const SIGNATURES: readonly (readonly [name: string, bytes: Buffer, code: ProblemCode])[] = [
  ['nothing', Buffer.alloc(0), 'image_empty'],
  ['a byte', Buffer.from([0xff]), 'image_type_unsupported'],
  ['zeros', Buffer.alloc(5_000), 'image_type_unsupported'],
  ['SVG', latin1(SVG), 'image_type_unsupported'],
  ['SVG with entities that multiply', latin1(LAUGHS), 'image_type_unsupported'],
  ['SVG in UTF-16', Buffer.from(`\ufeff${SVG}`, 'utf16le'), 'image_type_unsupported'],
  ['PDF', padded('%PDF-1.7\n'), 'image_type_unsupported'],
  ['PostScript', padded('%!PS-Adobe-3.0 EPSF-3.0\n'), 'image_type_unsupported'],
  ['HTML', latin1('<!doctype html><script>alert(1)</script>'), 'image_type_unsupported'],
  ['ICO', padded('\0\0\x01\0\x01\0'), 'image_type_unsupported'],
  ['BMP', padded('BM\xff\xff\xff\x7f'), 'image_type_unsupported'],
  ['BigTIFF', padded('II+\0\x08\0\0\0'), 'image_type_unsupported'],
  ['PSD', padded('8BPS\0\x01'), 'image_type_unsupported'],
  ['JPEG XL', padded('\xff\x0a'), 'image_type_unsupported'],
  ['JPEG XL in its box', padded('\0\0\0\x0cJXL \r\n\x87\n'), 'image_type_unsupported'],
  ['JPEG 2000', padded('\0\0\0\x0cjP  \r\n\x87\n'), 'image_type_unsupported'],
  ['HEIC', padded('\0\0\0\x18ftypheic\0\0\0\0mif1heic'), 'heic_not_supported'],
  ['HEIC that is animated', padded('\0\0\0\x18ftyphevc\0\0\0\0msf1hevc'), 'heic_not_supported'],
  ['a portable map of 99,999 a side', padded('P6 99999 99999 255\n'), 'image_type_unsupported'],
  ['a video', padded('\0\0\0\x18ftypmp42\0\0\0\0mp42isom'), 'image_type_unsupported'],
  ['ZIP', padded('PK\x03\x04'), 'image_type_unsupported'],
  ['a program', padded('MZ\x90\0'), 'image_type_unsupported'],
  ['sound in RIFF', padded('RIFF\xf0\x01\0\0WAVEfmt '), 'image_type_unsupported'],
  ['three bytes of a JPEG before SVG', latin1(`\xff\xd8\xff${SVG}`), 'image_unreadable'],
  ['the signature of a PNG before SVG', latin1(`\x89PNG\r\n\x1a\n${SVG}`), 'image_unreadable'],
  ['RIFF and WEBP around SVG', latin1(`RIFF\x10\0\0\0WEBP${SVG}`), 'image_unreadable'],
  ['a JPEG behind a byte order mark', latin1('\xef\xbb\xbf\xff\xd8\xff\xe0'), 'image_type_unsupported'],
];

export async function strangers(): Promise<Hostile[]> {
  const picture = soundPicture();
  const [gif, tiff, avif, jpeg, png] = await Promise.all([
    picture.clone().gif().toBuffer(),
    picture.clone().tiff().toBuffer(),
    picture.clone().avif({ effort: 0 }).toBuffer(),
    picture.clone().jpeg().toBuffer(),
    picture.clone().png().toBuffer(),
  ]);
  return [
    ...SIGNATURES.map(([name, bytes, expected]) => ({ name, bytes, expected })),
    { name: 'GIF', bytes: gif, expected: 'image_type_unsupported' },
    { name: 'TIFF', bytes: tiff, expected: 'image_type_unsupported' },
    { name: 'AVIF', bytes: avif, expected: 'heic_not_supported' },
    ...misnamed(jpeg, png),
  ];
}

/** Neither the name nor the claimed type counts. */
function misnamed(jpeg: Buffer, png: Buffer): Hostile[] {
  const NAMES: readonly (readonly [name: string, fileName: string, expected: Hostile['expected']])[] = [
    ['a name that reads backwards', 'photo\u202egpj.exe', 'drawn'],
    ['a name that leads elsewhere', '../../../../etc/cron.d/photo.jpg', 'drawn'],
    ['a name with half a character', '\u{1f431}\ud800.jpg', 'drawn'],
    ['a name with an end in the middle', 'photo.php\0.jpg', 'body_invalid'],
    ['a name of 8 kB', `${'x'.repeat(8_000)}.jpg`, 'drawn'],
    // What it smuggles in stands before the picture then.
    ['a name that ends the header', 'a.jpg"\r\nX-Evil: 1\r\n\r\n<script>', 'image_type_unsupported'],
  ];
  return [
    ...NAMES.map(([name, fileName, expected], index) => ({
      name,
      bytes: Buffer.concat([jpeg, Buffer.from([index])]),
      expected,
      fileName,
    })),
    {
      name: 'a JPEG that claims to be SVG',
      bytes: jpeg,
      expected: 'drawn',
      contentType: 'image/svg+xml',
      fileName: 'a.svg',
    },
    { name: 'a PNG that claims to be a JPEG', bytes: png, expected: 'drawn', contentType: 'image/jpeg' },
    {
      name: 'a PNG of a type that is none',
      bytes: Buffer.concat([png, latin1('.')]),
      expected: 'drawn',
      contentType: 'image/png; charset=\ufeff',
    },
  ];
}
