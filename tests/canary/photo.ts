/**
 * A photo that bears canaries where cameras and programs write: EXIF, XMP, a comment, behind its end.
 */
import sharp from 'sharp';
import type { Canaries } from './canaries.ts';

const FIELDS = ['Artist', 'Copyright', 'ImageDescription', 'Make', 'Model'] as const;

/** `colour` makes it another photo. */
export async function canaryPhoto(canaries: Canaries, colour: string): Promise<Buffer> {
  const word = canaries.word(`photo ${colour}`);
  const exif = { IFD0: Object.fromEntries(FIELDS.map(name => [name, word])) };
  const xmp = `<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about="${word}"/></rdf:RDF></x:xmpmeta>`;
  const picture = sharp({ create: { width: 400, height: 300, channels: 3, background: colour } });
  const jpeg = await picture.withExif(exif).withXmp(xmp).jpeg().toBuffer();
  const text = Buffer.from(word);
  const comment = Buffer.concat([Buffer.from([0xff, 0xfe, 0, text.length + 2]), text]);
  return Buffer.concat([jpeg.subarray(0, 2), comment, jpeg.subarray(2), text]);
}
