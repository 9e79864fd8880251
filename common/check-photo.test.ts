import sharp from 'sharp';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { everyBit, find, progressive } from '../tests/hostile/pieces/jpeg.ts';
import { chunk, damaged, type Header, header, png as makePng } from '../tests/hostile/pieces/png.ts';
import { canvas, riff } from '../tests/hostile/pieces/webp.ts';
import { checkPhoto, PHOTO_BYTES_MAX } from './check-photo.ts';
import { ProblemError } from './errors.ts';

const test = suite('judging a photo by its header');
const MIN = { minSidePx: 256 };
const plain = (width: number, height: number) => sharp({ create: { width, height, channels: 3, background: '#888' } });

test('JPEG, PNG and WebP of a fair size are taken', async () => {
  const image = plain(300, 400);
  for (const [bytes, contentType] of [
    [await image.jpeg().toBuffer(), 'image/jpeg'],
    [await image.png().toBuffer(), 'image/png'],
    [await image.webp().toBuffer(), 'image/webp'],
  ] as const) {
    assert.equal(checkPhoto(bytes, MIN), { contentType, width: 300, height: 400 });
  }
});

test('what is no photo is refused by its first bytes', () => {
  assert.is(refusal(Buffer.alloc(0)), 'image_empty');
  assert.is(refusal(Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>')), 'image_type_unsupported');
  assert.is(refusal(Buffer.from('GIF89a...........')), 'image_type_unsupported');
  assert.is(refusal(Buffer.from('%PDF-1.7')), 'image_type_unsupported');
  assert.is(refusal(Buffer.from('\0\0\0\x18ftypheic\0\0\0\0', 'latin1')), 'heic_not_supported');
  assert.is(refusal(Buffer.from('\0\0\0\x18ftypavif\0\0\0\0', 'latin1')), 'heic_not_supported');
  assert.is(refusal(Buffer.alloc(PHOTO_BYTES_MAX + 1)), 'image_too_large');
});

test('a header that is cut off or says nonsense is unreadable', async () => {
  const png = await plain(300, 300).png().toBuffer();
  const jpeg = await plain(300, 300).jpeg().toBuffer();
  assert.is(refusal(png.subarray(0, 12)), 'image_unreadable');
  assert.is(refusal(jpeg.subarray(0, 20)), 'image_unreadable');
});

test('a photo that breaks off is refused at whatever length, and one with something behind its end is not', async () => {
  const noise = sharp(Buffer.from(Array.from({ length: 300 * 300 * 3 }, (_, index) => (index * 7919) % 251)), {
    raw: { width: 300, height: 300, channels: 3 },
  });
  for (const whole of [
    await noise.jpeg().toBuffer(),
    await noise
      .jpeg({ progressive: true })
      .withMetadata({ exif: { IFD0: { Copyright: 'x'.repeat(500) } } })
      .toBuffer(),
    await noise.png().toBuffer(),
    await noise.webp().toBuffer(),
  ]) {
    for (let part = 2; part < 16; part++) {
      assert.is(refusal(whole.subarray(0, Math.floor((whole.length * part) / 16))), 'image_unreadable', `${part}/16`);
    }
    assert.is(refusal(whole.subarray(0, -3)), 'image_unreadable');
    assert.is(refusal(Buffer.concat([whole, Buffer.from('behind')])), undefined);
  }
});

test('too many pixels are refused from the header, whatever the file weighs', () => {
  const declaring = (width: number, height: number) => blank({ width: 300, height: 300 }, { width, height });
  assert.is(refusal(declaring(60_000, 60_000)), 'image_too_many_pixels');
  assert.is(refusal(declaring(10_001, 300)), 'image_too_many_pixels');
  assert.is(refusal(declaring(1, 2 ** 31)), 'image_too_many_pixels');
  assert.is(refusal(declaring(5_001, 5_000)), 'image_too_many_pixels');
  assert.is(refusal(declaring(5_000, 5_000)), undefined);
});

test('what a decoder could only do in one piece may be smaller than what it does row by row', () => {
  const jpeg = (samplings: number[], height: number) => progressive({ width: 8_000, height, samplings }, []);
  const [usual, full, inks] = [
    [0x22, 0x11, 0x11],
    [0x11, 0x11, 0x11],
    [0x11, 0x11, 0x11, 0x11],
  ];
  assert.is(refusal(jpeg(usual, 6_250)), undefined);
  assert.is(refusal(jpeg(usual, 6_251)), 'image_too_many_pixels');
  assert.is(refusal(jpeg(full, 3_270)), undefined);
  assert.is(refusal(jpeg(full, 3_280)), 'image_too_many_pixels');
  assert.is(refusal(jpeg(inks, 2_450)), undefined);
  assert.is(refusal(jpeg(inks, 2_460)), 'image_too_many_pixels');
});

test('a progressive JPEG may have the scans that encoders write, not those that keep a decoder busy', () => {
  const jpeg = (scans: number) =>
    progressive({ width: 400, height: 300, samplings: [0x11] }, everyBit(1).slice(0, scans - 1));
  assert.is(refusal(jpeg(10)), undefined);
  assert.is(refusal(jpeg(32)), undefined);
  assert.is(refusal(jpeg(33)), 'image_unreadable');
});

test('headers that contradict each other are refused, whichever of them would be right', async () => {
  const jpeg = await plain(300, 300).jpeg().toBuffer();
  const frame = find(jpeg, 0xc0);
  const otherFrame = Buffer.from(jpeg.subarray(frame, find(jpeg, 0xc4)));
  assert.is(refusal(Buffer.concat([jpeg.subarray(0, frame), otherFrame, jpeg.subarray(frame)])), 'image_unreadable');
  const pixels = (await plain(300, 300).webp().toBuffer()).subarray(12);
  assert.is(refusal(riff(canvas(300, 300), pixels)), undefined);
  assert.is(refusal(riff(canvas(300, 301), pixels)), 'image_unreadable');
  assert.is(refusal(riff(canvas(300, 300), pixels, pixels)), 'image_unreadable');
});

test('a part that makes the picture is refused when its checksum is wrong; any other is not looked into', async () => {
  const png = await plain(300, 300).png().toBuffer();
  for (const kind of ['IHDR', 'IDAT']) assert.is(refusal(damaged(png, kind)), 'image_unreadable', kind);
  const withText = Buffer.concat([png.subarray(0, 33), chunk('tEXt', 'Author\0nobody'), png.subarray(33)]);
  assert.is(refusal(damaged(withText, 'tEXt')), undefined);
});

test('too few pixels are refused with the size that is needed', async () => {
  const small = await plain(255, 400).jpeg().toBuffer();
  assert.is(refusal(small), 'image_too_small');
  assert.is(refusal(await plain(256, 256).jpeg().toBuffer()), undefined);
});

test('animated pictures are refused', async () => {
  const frames = sharp(Buffer.concat([Buffer.alloc(270_000, 9), Buffer.alloc(270_000, 200)]), {
    raw: { width: 300, height: 600, channels: 3, pageHeight: 300 },
  });
  const webp = await frames.webp({ loop: 0, delay: [100, 100] }).toBuffer();
  assert.is(refusal(webp), 'image_animated');
  const png = await plain(300, 300).png().toBuffer();
  const apng = Buffer.concat([
    png.subarray(0, 33),
    Buffer.from('\0\0\0\x08acTL\0\0\0\x02\0\0\0\0\0\0\0\0', 'latin1'),
    png.subarray(33),
  ]);
  assert.is(refusal(apng), 'image_animated');
  // The same letters within a text announce nothing.
  const text = chunk('tEXt', 'Comment\0 acTL and IDAT');
  assert.is(refusal(Buffer.concat([png.subarray(0, 33), text, png.subarray(33)])), undefined);
});

test.run();

/** A black PNG that says another size of itself than it has. */
function blank(real: Header, declared: Header): Buffer {
  const whole = makePng(real, Buffer.alloc(real.height * (1 + 3 * real.width)));
  return Buffer.concat([whole.subarray(0, 8), header(declared), whole.subarray(33)]);
}

function refusal(bytes: Buffer): string | undefined {
  try {
    checkPhoto(bytes, MIN);
    return undefined;
  } catch (error) {
    if (error instanceof ProblemError) return error.code;
    throw error;
  }
}
