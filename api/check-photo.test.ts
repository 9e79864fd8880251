import sharp from 'sharp';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { ProblemError } from '../common/errors.ts';
import { checkPhoto, PHOTO_BYTES_MAX } from './check-photo.ts';

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

test('too many pixels are refused from the header, whatever the file weighs', async () => {
  const png = await plain(300, 300).png().toBuffer();
  const bomb = Buffer.from(png);
  bomb.writeUInt32BE(60_000, 16);
  bomb.writeUInt32BE(60_000, 20);
  assert.is(refusal(bomb), 'image_too_many_pixels');
  const long = Buffer.from(png);
  long.writeUInt32BE(10_001, 16);
  assert.is(refusal(long), 'image_too_many_pixels');
  const allowed = Buffer.from(png);
  allowed.writeUInt32BE(5_000, 16);
  allowed.writeUInt32BE(5_000, 20);
  assert.is(refusal(allowed), undefined);
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
});

test.run();

function refusal(bytes: Buffer): string | undefined {
  try {
    checkPhoto(bytes, MIN);
    return undefined;
  } catch (error) {
    if (error instanceof ProblemError) return error.code;
    throw error;
  }
}
