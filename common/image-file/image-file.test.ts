import sharp from 'sharp';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { comment, progressive, SOI, segment } from '../../tests/hostile/pieces/jpeg.ts';
import * as png from '../../tests/hostile/pieces/png.ts';
import { canvas, chunk, riff } from '../../tests/hostile/pieces/webp.ts';
import { readImageFile } from './image-file.ts';

const test = suite('the structure of an image file');
const plain = sharp({ create: { width: 301, height: 200, channels: 3, background: '#876' } });
const clear = plain.clone().ensureAlpha(0.5);

test('type, size and problem of sound files, whoever decodes them how', async () => {
  const files = {
    jpeg: [plain.jpeg(), plain.clone().jpeg({ progressive: true }), plain.clone().greyscale().jpeg()],
    png: [plain.clone().png(), plain.clone().png({ progressive: true }), clear.clone().png({ palette: true })],
    webp: [plain.clone().webp(), clear.clone().webp(), clear.clone().webp({ lossless: true })],
  };
  for (const [expected, pictures] of Object.entries(files)) {
    for (const picture of pictures) {
      const bytes = await picture.toBuffer();
      const { type, width, height, animated, problem } = readImageFile(bytes) ?? {};
      assert.equal([type, width, height, animated, problem], [expected, 301, 200, false, undefined]);
      const trailed = readImageFile(Buffer.concat([bytes, Buffer.from('behind')]));
      assert.is(trailed?.parts.at(-1)?.end, bytes.length, 'what is behind the end is no part');
    }
  }
});

test('a view into a larger buffer is read by its own bytes', async () => {
  const bytes = await plain.clone().png().toBuffer();
  const twice = new Uint8Array(Buffer.concat([Buffer.from('before'), bytes, bytes]));
  assert.is(readImageFile(twice.subarray(6, 6 + bytes.length))?.problem, undefined);
  assert.match(readImageFile(twice.subarray(6, 2 + bytes.length))?.problem ?? '', 'breaks off');
});

test('what a decoder has to keep of each pixel', async () => {
  const held = (bytes: Buffer) => readImageFile(bytes)?.heldBytesPerPixel;
  const sides = { width: 64, height: 64 };
  assert.is(held(await plain.clone().jpeg().toBuffer()), 0);
  assert.is(held(progressive({ ...sides, samplings: [0x22, 0x11, 0x11] }, [])), 3);
  assert.is(held(progressive({ ...sides, samplings: [0x21, 0x11, 0x11] }, [])), 4);
  assert.is(held(progressive({ ...sides, samplings: [0x11, 0x11, 0x11, 0x11] }, [])), 8);
  assert.is(held(png.blank({ ...sides, depth: 16, colour: 6 })), 0);
  assert.is(held(png.blank({ ...sides, depth: 16, colour: 6, interlace: 1 })), 8);
  assert.is(held(png.blank({ ...sides, depth: 1, colour: 0, interlace: 1 })), 1);
  assert.is(held(await plain.clone().webp().toBuffer()), 6);
});

test('a size is told even of a file that breaks off behind it', () => {
  const bomb = Buffer.concat([png.SIGNATURE, png.header({ width: 2 ** 31 - 1, height: 7 })]);
  const { width, height, problem } = readImageFile(bomb) ?? {};
  assert.equal([width, height], [2 ** 31 - 1, 7]);
  assert.match(problem ?? '', 'breaks off');
});

test('more pieces than a photo has reason to have are not followed', () => {
  const pieces = (piece: Buffer) => Buffer.alloc(60_000 * piece.length, piece);
  const files = [
    Buffer.concat([SOI, pieces(comment('x'))]),
    Buffer.concat([png.SIGNATURE, png.header({ width: 9, height: 9 }), pieces(png.chunk('abCd'))]),
    riff(canvas(9, 9), pieces(chunk('abcd', Buffer.alloc(0)))),
  ];
  for (const bytes of files) {
    const { parts, problem } = readImageFile(bytes) ?? {};
    assert.is(parts?.length, 50_000);
    assert.match(problem ?? '', 'too many pieces');
  }
});

test('everything else is none of the three', () => {
  for (const text of ['', '\xff\xd8', 'GIF89a', '<svg/>', 'RIFF\0\0\0\0WAVE', '\x89PNG\r\n\x1a', 'BM']) {
    assert.is(readImageFile(Buffer.from(text, 'latin1')), undefined, text);
  }
  assert.is(readImageFile(Buffer.concat([SOI, segment(0xe0, [])]))?.problem, 'The photo breaks off before its end.');
});

test.run();
