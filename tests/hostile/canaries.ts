/**
 * Sound photos with a word hidden wherever a file keeps what is not the picture: places, owners, cameras, comments,
 * thumbnails, second pictures. All of them lie on their side, so that what may be read, the orientation, is read too.
 */
import { deflateSync } from 'node:zlib';
import sharp from 'sharp';
import { inserted } from './hostile.ts';
import { type Entry, exif, inJpeg, ORIENTATION } from './pieces/exif.ts';
import { describedProfile } from './pieces/icc.ts';
import { comment, segment } from './pieces/jpeg.ts';
import * as png from './pieces/png.ts';
import * as webp from './pieces/webp.ts';

/** Long enough that no picture says it by chance. */
export const CANARY = 'CANARY-51.5074N-0.1278W';
/** Upright; in the files it lies on its side. */
export const UPRIGHT = { width: 80, height: 60 };
/** The upper left quarter of the upright picture; the rest is white. */
export const CORNER = { r: 200, g: 30, b: 30 };

export interface CanaryPhoto {
  readonly name: string;
  readonly bytes: Buffer;
}

const LYING: Entry = { tag: ORIENTATION, type: 3, count: 1, value: 6 };
const ascii = Buffer.from(`${CANARY}\0`, 'latin1');
const utf16 = Buffer.from(`${CANARY}\0`, 'utf16le');
const XMP = `<x:xmpmeta xmlns:x="adobe:ns:meta/"><r:RDF xmlns:r="http://www.w3.org/1999/02/22-rdf-syntax-ns#">${CANARY}</r:RDF></x:xmpmeta>`;

export async function canaryPhotos(): Promise<CanaryPhoto[]> {
  const corner = { create: { width: 40, height: 30, channels: 3 as const, background: CORNER } };
  const upright = await sharp({ create: { ...UPRIGHT, channels: 3, background: '#fff' } })
    .composite([{ input: corner, left: 0, top: 0 }])
    .png()
    .toBuffer();
  const lying = await sharp(upright).rotate(270).png().toBuffer();
  const colours = (await sharp(await sharp(lying).withIccProfile('srgb').png().toBuffer()).metadata()).icc;
  const profile = describedProfile(Buffer.from(colours ?? ''), CANARY);
  const jpegBytes = await sharp(lying).jpeg({ quality: 95, chromaSubsampling: '4:4:4' }).toBuffer();
  const webpBytes = await sharp(lying).webp({ quality: 95 }).toBuffer();
  const named = (format: string, photos: Record<string, Buffer>) =>
    Object.entries(photos).map(([name, bytes]) => ({ name: `${format}: ${name}`, bytes }));
  return [
    ...named(
      'JPEG',
      inExif(block => inserted(jpegBytes, 2, segment(0xe1, inJpeg(block)))),
    ),
    ...named('JPEG', inJpegs(jpegBytes, profile)),
    ...named('PNG', inPngs(lying, profile)),
    ...named('WebP', inWebps(webpBytes, profile)),
  ];
}

/** Every kind of place that EXIF has for words; the tables are the same in all formats. */
function inExif(put: (block: Buffer) => Buffer): Record<string, Buffer> {
  const rest = (entries: number) => 8 + 2 + 12 * entries + 4;
  const text = (tag: number, content = ascii, type = 2) =>
    put(exif([LYING, { tag, type, count: content.length, value: rest(2) }], { rest: content }));
  const below = (pointer: number, tag: number, content = ascii) => {
    const table = exif([{ tag, type: 7, count: content.length, value: rest(2) + 18 }], { rest: content }).subarray(8);
    return put(exif([LYING, { tag: pointer, type: 4, count: 1, value: rest(2) }], { rest: table }));
  };
  const thumbnail = Buffer.concat([Buffer.from([0xff, 0xd8]), comment(CANARY), Buffer.from([0xff, 0xd9])]);
  const second = exif([
    { tag: 0x0201, type: 4, count: 1, value: rest(1) + 30 },
    { tag: 0x0202, type: 4, count: 1, value: thumbnail.length },
  ]).subarray(8);
  return {
    'EXIF description': text(0x010e),
    'EXIF camera': text(0x0110),
    'EXIF artist': text(0x013b),
    'EXIF comment of Windows': text(0x9c9c, utf16, 1),
    'EXIF place': below(0x8825, 0x001c),
    'EXIF serial number': below(0x8769, 0xa431),
    'EXIF comment of the user': below(0x8769, 0x9286, Buffer.concat([Buffer.from('UNICODE\0'), utf16])),
    'EXIF notes of the maker': below(0x8769, 0x927c, Buffer.concat([Buffer.from('Apple iOS\0\0\x01MM'), ascii])),
    'EXIF thumbnail': put(exif([LYING], { next: rest(1), rest: Buffer.concat([second, thumbnail]) })),
  };
}

function inJpegs(bare: Buffer, profile: Buffer): Record<string, Buffer> {
  const lying = inserted(bare, 2, segment(0xe1, inJpeg(exif([LYING]))));
  const behindStart = (marker: number, ...content: (Buffer | string)[]) =>
    inserted(lying, 2, segment(marker, Buffer.concat(content.map(part => Buffer.from(part)))));
  const iptc = Buffer.concat([Buffer.from('\x1c\x02\x78\0', 'latin1'), Buffer.from([ascii.length]), ascii]);
  const photoshop = Buffer.concat([
    Buffer.from('Photoshop 3.0\x008BIM\x04\x04\0\0\0\0\0', 'latin1'),
    Buffer.from([iptc.length]),
    iptc,
  ]);
  return {
    XMP: behindStart(0xe1, 'http://ns.adobe.com/xap/1.0/\0', XMP),
    'extended XMP': behindStart(
      0xe1,
      'http://ns.adobe.com/xmp/extension/\0',
      'A'.repeat(32),
      '\0\0\0\xff\0\0\0\0',
      XMP,
    ),
    IPTC: behindStart(0xed, photoshop),
    'a comment': inserted(lying, 2, comment(CANARY)),
    'the description of the profile': behindStart(0xe2, 'ICC_PROFILE\0\x01\x01', profile),
    'a thumbnail of JFIF': behindStart(0xe0, 'JFXX\0\x13', Buffer.from([8, 1]), ascii),
    'a vendor': behindStart(0xe4, 'QVGA\0', ascii),
    'a credential of origin': behindStart(0xeb, 'JP\0\0\0\0\0\x01', ascii),
    'a comment behind the pixels': inserted(lying, lying.length - 2, comment(CANARY)),
    'a second picture': Buffer.concat([lying, inserted(bare, 2, comment(CANARY))]),
    'a video behind the end': Buffer.concat([lying, Buffer.from(`\0\0\0\x18ftypmp42${CANARY}`, 'latin1')]),
  };
}

function inPngs(bare: Buffer, profile: Buffer): Record<string, Buffer> {
  const put = (...chunks: readonly Buffer[]) => inserted(bare, png.BEHIND_HEADER, ...chunks);
  const lying = png.chunk('eXIf', exif([LYING]));
  const packed = (text: string) => deflateSync(Buffer.from(text, 'latin1'));
  const chunkOf = (kind: string, head: string, content: Uint8Array | string) =>
    put(lying, png.chunk(kind, Buffer.concat([Buffer.from(head, 'latin1'), Buffer.from(content)])));
  return {
    ...inExif(block => put(png.chunk('eXIf', block))),
    'a text': chunkOf('tEXt', 'Author\0', CANARY),
    'a compressed text': chunkOf('zTXt', 'Author\0\0', packed(CANARY)),
    'an international text': chunkOf('iTXt', 'Author\0\0\0\0\0', CANARY),
    'a compressed international text': chunkOf('iTXt', 'Author\0\x01\0\0\0', packed(CANARY)),
    XMP: chunkOf('iTXt', 'XML:com.adobe.xmp\0\0\0\0\0', XMP),
    'a raw profile': chunkOf('zTXt', 'Raw profile type exif\0\0', packed(`\nexif\n20\n${CANARY}`)),
    'the description of the profile': put(lying, png.profile(profile)),
    'a private chunk': chunkOf('prVt', '', CANARY),
    'a palette to suggest': chunkOf('sPLT', `${CANARY}\0\x08`, Buffer.alloc(6)),
    'a text behind the pixels': inserted(put(lying), put(lying).length - 12, png.chunk('tEXt', `Author\0${CANARY}`)),
    'behind the end': Buffer.concat([put(lying), ascii]),
  };
}

function inWebps(simple: Buffer, profile: Buffer): Record<string, Buffer> {
  const { exif: withExif, xmp, profile: withProfile } = webp.FLAGS;
  const lying = webp.chunk('EXIF', exif([LYING]));
  const whole = (flags: number, ...chunks: readonly Buffer[]) =>
    webp.riff(webp.canvas(UPRIGHT.height, UPRIGHT.width, withExif | flags), ...chunks);
  const pixels = webp.pixelsOf(simple);
  return {
    ...inExif(block => whole(0, pixels, webp.chunk('EXIF', block))),
    XMP: whole(xmp, pixels, lying, webp.chunk('XMP ', Buffer.from(XMP))),
    'the description of the profile': whole(withProfile, webp.chunk('ICCP', profile), pixels, lying),
    'a chunk that nobody knows': whole(0, pixels, lying, webp.chunk('ABCD', ascii)),
    'behind the end': Buffer.concat([whole(0, pixels, lying), ascii]),
  };
}
