import sharp from 'sharp';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { readImageFile } from '../common/image-file/image-file.ts';
import { ModelError } from '../common/platform/model.ts';
import { inserted, soundPicture } from '../tests/hostile/hostile.ts';
import { exif, inJpeg, ORIENTATION } from '../tests/hostile/pieces/exif.ts';
import { comment, everyBit, progressive, segment } from '../tests/hostile/pieces/jpeg.ts';
import * as png from '../tests/hostile/pieces/png.ts';
import * as webp from '../tests/hostile/pieces/webp.ts';
import { seededRandom } from '../tests/test-clock.ts';
import { barePicture } from './bare-picture.ts';

const test = suite('a bare picture');
const BOUNDS = { pixelsMax: 50_000_000, otherwise: 'input_unreadable' } as const;
const picture = soundPicture(64, 48);
const clear = picture.clone().ensureAlpha(0.4);

async function sound(): Promise<{ readonly [name: string]: Buffer }> {
  return {
    jpeg: await picture.clone().jpeg().toBuffer(),
    'progressive jpeg': await picture.clone().jpeg({ progressive: true }).toBuffer(),
    'grey jpeg': await picture.clone().toColourspace('b-w').jpeg().toBuffer(),
    'cmyk jpeg': await picture.clone().toColourspace('cmyk').jpeg().toBuffer(),
    'wide jpeg': await picture.clone().withIccProfile('p3').jpeg().toBuffer(),
    png: await picture.clone().png().toBuffer(),
    'interlaced png': await picture.clone().png({ progressive: true }).toBuffer(),
    'palette png': await clear.clone().png({ palette: true }).toBuffer(),
    'wide png': await clear.clone().withIccProfile('p3').png().toBuffer(),
    webp: await picture.clone().webp().toBuffer(),
    'clear webp': await clear.clone().webp().toBuffer(),
    'lossless webp': await clear.clone().webp({ lossless: true }).toBuffer(),
    'wide webp': await clear.clone().withIccProfile('p3').webp().toBuffer(),
  };
}

function kinds(bytes: Uint8Array): string[] {
  return readImageFile(bytes)?.parts.map(({ kind }) => kind) ?? [];
}

function refusal(bytes: Buffer): string {
  try {
    barePicture(bytes, BOUNDS);
  } catch (error) {
    if (error instanceof ModelError && error.code === 'input_unreadable') return error.message;
    throw error;
  }
  throw new Error('it was taken');
}

test('every pixel of a sound picture stays what it was, and so do its colours', async () => {
  for (const [name, whole] of Object.entries(await sound())) {
    const bare = barePicture(whole, BOUNDS);
    assert.equal([bare.type, bare.width, bare.height], [name.split(' ').at(-1)?.replace('cmyk', 'jpeg'), 64, 48], name);
    const before = await sharp(whole).toColourspace('srgb').raw().toBuffer();
    const after = await sharp(bare.bytes).toColourspace('srgb').raw().toBuffer();
    assert.ok(before.equals(after), name);
    assert.is((await sharp(bare.bytes).metadata()).icc === undefined, !name.startsWith('wide'), name);
  }
});

test('nothing of what is not the picture is handed on', async () => {
  const { jpeg, png: plain, webp: simple } = await sound();
  if (!jpeg || !plain || !simple) throw new Error('the samples are missing');
  const application = (number: number) => segment(0xe0 + number, Buffer.from('Anything\0 at all'));
  const everything = [...Array(16).keys()].map(application);
  const full = inserted(jpeg, 2, ...everything, comment('hello'), segment(0xe1, inJpeg(exif([]))));
  assert.equal(kinds(barePicture(Buffer.concat([full, jpeg]), BOUNDS).bytes), kinds(jpeg));
  const texts = [
    png.compressedText(5_000),
    png.internationalText('a', 5_000),
    png.chunk('eXIf', exif([])),
    png.chunk('prVt', 'x'),
  ];
  assert.equal(kinds(barePicture(inserted(plain, png.BEHIND_HEADER, ...texts), BOUNDS).bytes), [
    'IHDR',
    'IDAT',
    'IEND',
  ]);
  const chunks = ['EXIF', 'XMP ', 'ABCD'].map(kind => webp.chunk(kind, Buffer.from('odd')));
  const extended = webp.riff(webp.canvas(64, 48, 0x0c), webp.pixelsOf(simple), ...chunks);
  const { bytes } = barePicture(extended, BOUNDS);
  assert.equal(kinds(bytes), ['VP8X', 'VP8 ']);
  assert.is(bytes[20], 0, 'no flag for what is gone');
  assert.is((await sharp(bytes).raw().toBuffer()).length, 64 * 48 * 3);
});

test('a profile of a size that no profile has is left out', async () => {
  const { 'wide jpeg': wide, webp: simple } = await sound();
  if (!wide || !simple) throw new Error('the samples are missing');
  const piece = segment(0xe2, Buffer.concat([Buffer.from('ICC_PROFILE\0\x02\x02', 'latin1'), Buffer.alloc(65_000)]));
  const many = inserted(wide, 2, ...Array(80).fill(piece));
  assert.not.ok(kinds(barePicture(many, BOUNDS).bytes).includes('e2'));
  const large = webp.riff(
    webp.canvas(64, 48, 0x20),
    webp.chunk('ICCP', Buffer.alloc(5_000_000)),
    webp.pixelsOf(simple),
  );
  assert.equal(kinds(barePicture(large, BOUNDS).bytes), ['VP8X', 'VP8 ']);
});

test('the orientation is read from either end of the bytes, and nonsense means upright', async () => {
  const { jpeg = Buffer.alloc(0) } = await sound();
  const oriented = (block: Buffer) => barePicture(inserted(jpeg, 2, segment(0xe1, inJpeg(block))), BOUNDS).orientation;
  const entry = { tag: ORIENTATION, type: 3, count: 1, value: 6 };
  assert.is(oriented(exif([entry])), 6);
  assert.is(
    oriented(
      exif([
        { ...entry, tag: 0x0100 },
        { ...entry, value: 3 },
      ]),
    ),
    3,
  );
  assert.is(oriented(Buffer.from('MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x08\0\0\0\0\0\0', 'latin1')), 8);
  for (const value of [0, 9, 65_535]) assert.is(oriented(exif([{ ...entry, value }])), 1, `${value}`);
  assert.is(oriented(exif([{ ...entry, type: 4 }])), 1);
  assert.is(oriented(exif([{ ...entry, count: 2 }])), 1);
  const block = exif([entry]);
  for (let length = 0; length < block.length - 4; length++)
    assert.is(oriented(block.subarray(0, length)), 1, `${length} bytes`);
  const other = inserted(
    jpeg,
    2,
    segment(0xe1, Buffer.from('http://ns.adobe.com/xap/1.0/\0')),
    segment(0xe1, inJpeg(block)),
  );
  assert.is(barePicture(other, BOUNDS).orientation, 6, 'behind another segment of the same marker');
});

test('a pixel weighs more where the decoder has to keep it', async () => {
  const { jpeg = Buffer.alloc(0), 'interlaced png': interlaced = Buffer.alloc(0) } = await sound();
  assert.is(barePicture(jpeg, BOUNDS).weightPx, 64 * 48);
  assert.ok(barePicture(interlaced, BOUNDS).weightPx > 64 * 48);
  const usual = progressive({ width: 64, height: 48, samplings: [0x22, 0x11, 0x11] }, []);
  const full = progressive({ width: 64, height: 48, samplings: [0x11, 0x11, 0x11] }, []);
  assert.is(barePicture(full, BOUNDS).weightPx, 2 * barePicture(usual, BOUNDS).weightPx);
});

test('what is not for decoding is refused with the reason', async () => {
  const { jpeg = Buffer.alloc(0), png: plain = Buffer.alloc(0) } = await sound();
  assert.match(refusal(Buffer.from('<svg/>')), 'no PNG, JPEG or WebP');
  assert.match(refusal(jpeg.subarray(0, -2)), 'breaks off');
  assert.match(refusal(progressive({ width: 800, height: 600, samplings: [0x11] }, everyBit(1))), '883 passes');
  assert.match(refusal(progressive({ width: 9_000, height: 6_000, samplings: [0x11] }, [])), '9000 × 6000');
  assert.match(refusal(inserted(plain, png.BEHIND_HEADER, png.chunk('acTL', Buffer.alloc(8)))), 'animated');
});

test('whatever is wrong with the bytes, there is a bare picture or a refusal, and no decoder gets more than announced', async () => {
  const SEED = Number(process.env.SEED ?? Date.now() % 2 ** 31);
  console.log(`SEED=${SEED}`);
  const random = seededRandom(SEED);
  const below = (bound: number) => Math.floor(random.fraction() * bound);
  let taken = 0;
  for (const whole of Object.values(await sound())) {
    for (let round = 0; round < 400; round++) {
      const bytes = Buffer.from(whole);
      for (let edits = 1 + below(4); edits > 0; edits--) bytes[below(below(2) ? 80 : bytes.length)] = below(256);
      const cut = below(4) === 0 ? bytes.subarray(0, below(bytes.length)) : bytes;
      try {
        const bare = barePicture(cut, BOUNDS);
        assert.ok(bare.width > 0 && bare.height > 0 && bare.bytes.length <= cut.length);
        taken++;
      } catch (error) {
        assert.instance(error, ModelError);
      }
    }
  }
  assert.ok(taken > 100, `${taken} were taken`);
});

test.run();
