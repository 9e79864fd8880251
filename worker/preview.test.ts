import sharp from 'sharp';
import { thumbHashToApproximateAspectRatio, thumbHashToAverageRGBA, thumbHashToRGBA } from 'thumbhash';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { makePreview } from './preview.ts';

function even(width: number, height: number, background: string) {
  return sharp({ create: { width, height, channels: 3, background } });
}

function hashOf(placeholder: string): Buffer {
  return Buffer.from(placeholder, 'base64');
}

test('the preview is a WebP that fits 512 pixels, in the shape of the picture', async () => {
  for (const [width, height, expected] of [
    [819, 1024, [410, 512]],
    [1024, 576, [512, 288]],
    [1024, 1024, [512, 512]],
    [300, 200, [300, 200]],
    [2048, 64, [512, 16]],
  ] as const) {
    const { preview } = await makePreview(await even(width, height, '#486').png().toBuffer());
    const decoded = await sharp(preview).metadata();
    assert.equal([decoded.format, decoded.width, decoded.height], ['webp', ...expected]);
  }
});

test('the preview shows the picture', async () => {
  const half = { create: { width: 400, height: 500, channels: 3 as const, background: '#22c' } };
  const picture = await even(800, 1000, '#c22')
    .composite([{ input: half, left: 0, top: 500 }])
    .jpeg()
    .toBuffer();
  const { preview, placeholder } = await makePreview(picture);
  const { data, info } = await sharp(preview).raw().toBuffer({ resolveWithObject: true });
  const at = (x: number, y: number) => [...data.subarray((y * info.width + x) * 3, (y * info.width + x) * 3 + 3)];
  const [red = 0, , blue = 0] = at(50, 50);
  const [redBelow = 0, , blueBelow = 0] = at(50, 450);
  assert.ok(red > 150 && blue < 90 && redBelow < 90 && blueBelow > 150);
  const { w, h, rgba } = thumbHashToRGBA(hashOf(placeholder));
  const low = ((h - 4) * w + 3) * 4;
  assert.ok((rgba[low + 2] ?? 0) > (rgba[low] ?? 0), 'the placeholder is blue there too');
});

test('the placeholder is small and keeps the ratio and the mean colour', async () => {
  for (const [width, height] of [
    [819, 1024],
    [1024, 576],
    [1024, 1024],
  ] as const) {
    const { placeholder } = await makePreview(await even(width, height, '#3a8ac0').png().toBuffer());
    assert.match(placeholder, /^[A-Za-z0-9+/]+=*$/);
    const hash = hashOf(placeholder);
    assert.ok(hash.length <= 40, `${hash.length} bytes`);
    const ratio = thumbHashToApproximateAspectRatio(hash);
    assert.ok(Math.abs(Math.log(ratio / (width / height))) < 0.2, `${ratio} for ${width} × ${height}`);
    const { r, g, b, a } = thumbHashToAverageRGBA(hash);
    for (const [actual, expected] of [
      [r, 0x3a],
      [g, 0x8a],
      [b, 0xc0],
      [a, 0xff],
    ] as const) {
      assert.ok(Math.abs(actual * 255 - expected) < 10, `${actual * 255} for ${expected}`);
    }
  }
});

test('grey and transparent pictures have previews too', async () => {
  const grey = await even(600, 600, '#777').toColourspace('b-w').jpeg().toBuffer();
  const clear = await even(600, 600, '#777').ensureAlpha(0.5).png().toBuffer();
  assert.is((await sharp((await makePreview(grey)).preview).metadata()).channels, 3);
  const { preview, placeholder } = await makePreview(clear);
  assert.is((await sharp(preview).metadata()).hasAlpha, true);
  assert.ok(Math.abs(thumbHashToAverageRGBA(hashOf(placeholder)).a - 0.5) < 0.1);
});

test('the same picture gives the same preview and placeholder', async () => {
  const picture = await even(640, 800, '#a62').png().toBuffer();
  assert.equal(await makePreview(picture), await makePreview(picture));
});

test.run();
