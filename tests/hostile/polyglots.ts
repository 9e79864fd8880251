/** Sound pictures that are something else as well. The payload says `PAYLOAD` wherever it is not compressed. */
import { type Hostile, hostiles, inserted, soundPicture } from './hostile.ts';
import { comment, segment } from './pieces/jpeg.ts';
import * as png from './pieces/png.ts';
import { canvas, chunk, pixelsOf, riff } from './pieces/webp.ts';

export const PAYLOAD = 'PAYLOAD';
const HTML = `<html><script>alert("${PAYLOAD}")</script></html>`;
const PHP = `<?php system("${PAYLOAD}"); ?>`;
/** An archive of one stored file: its parts find each other from the end. */
const ZIP = Buffer.from(
  `PK\x03\x04\x0a${'\0'.repeat(21)}\x07\0\0\0${PAYLOAD}PK\x01\x02${'\0'.repeat(42)}PK\x05\x06${'\0'.repeat(18)}`,
  'latin1',
);

export async function polyglots(): Promise<Hostile[]> {
  const [jpegFile, pngFile, webpFile] = await Promise.all([
    soundPicture().jpeg().toBuffer(),
    soundPicture().png().toBuffer(),
    soundPicture().webp().toBuffer(),
  ]);
  const behind = (file: Buffer, payload: string | Buffer) => Buffer.concat([file, Buffer.from(payload)]);
  // Read as a script, the first bytes name a variable, and a comment hides the rest of the picture.
  const script = segment(0xe0, Buffer.from(`JFIF\0\x01\x01\0\0\x01\0\x01\0\0*/=0;alert("${PAYLOAD}")/*`, 'latin1'));
  return hostiles([
    ['a JPEG with HTML behind it', behind(jpegFile, HTML), 'drawn'],
    ['a JPEG with an archive behind it', behind(jpegFile, ZIP), 'drawn'],
    ['a JPEG with PDF behind it', behind(jpegFile, `%PDF-1.7\n${PAYLOAD}`), 'drawn'],
    ['a JPEG with HTML in a comment', inserted(jpegFile, 2, comment(HTML)), 'drawn'],
    [
      'a JPEG with PHP in its profile',
      inserted(jpegFile, 2, segment(0xe2, Buffer.from(`ICC_PROFILE\0\x01\x01${PHP}`))),
      'drawn',
    ],
    ['a JPEG that is a script', inserted(jpegFile, 2, script), 'drawn'],
    ['a JPEG with a JPEG behind it', Buffer.concat([jpegFile, inserted(jpegFile, 2, comment(HTML))]), 'drawn'],
    ['a PNG with HTML behind it', behind(pngFile, HTML), 'drawn'],
    ['a PNG with an archive behind it', behind(pngFile, ZIP), 'drawn'],
    ['a PNG with HTML in a text', inserted(pngFile, png.BEHIND_HEADER, png.chunk('tEXt', `Comment\0${HTML}`)), 'drawn'],
    [
      'a PNG with PHP in a palette it does not use',
      inserted(pngFile, png.BEHIND_HEADER, png.chunk('PLTE', PHP.slice(0, 27))),
      'drawn',
    ],
    ['a WebP with HTML behind it', behind(webpFile, HTML), 'drawn'],
    ['a WebP with an archive in a chunk', riff(canvas(320, 320), pixelsOf(webpFile), chunk('JUNK', ZIP)), 'drawn'],
  ]);
}
