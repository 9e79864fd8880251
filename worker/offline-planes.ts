/**
 * What the offline styles draw with: grey planes of the size of the picture, noise, blur and tone. libvips filters off
 * the event loop; loops over pixels run here, in slices, because a million pixels at once would hold up every request
 * of the process.
 */
import { setImmediate } from 'node:timers/promises';
import sharp, { type Sharp } from 'sharp';

/** One byte for each pixel, row by row. */
export type Plane = Uint8Array;

/** The photo, cropped and scaled to what is to be drawn. */
export interface Sheet {
  readonly width: number;
  readonly height: number;
  /** Pixels in a thousandth of the long side: lengths are given in these, so that a style looks alike at every size. */
  readonly unit: number;
  /** Three bytes for each pixel. */
  readonly colour: Uint8Array;
  readonly grey: Plane;
  readonly variation: number;
  readonly signal: AbortSignal;
}

/** Pixels between two looks at the signal and the event loop: below 5 ms on the slowest loop of the styles. */
const SLICE_PX = 1 << 15;

/** Visits every pixel, row by row. */
export async function sweep(sheet: Sheet, visit: (index: number, x: number, y: number) => void): Promise<void> {
  const { width, height } = sheet;
  const rows = Math.ceil(SLICE_PX / width);
  for (let top = 0; top < height; top += rows) {
    await breathe(sheet);
    const bottom = Math.min(top + rows, height);
    for (let y = top; y < bottom; y++) for (let x = 0; x < width; x++) visit(y * width + x, x, y);
  }
}

/** Lets the process do other things; throws when the picture is no longer wanted. */
export async function breathe({ signal }: Pick<Sheet, 'signal'>): Promise<void> {
  await setImmediate();
  signal.throwIfAborted();
}

/** A new plane. `value` says what is in a pixel, 0 to 255; beyond is cut off. */
export async function plane(sheet: Sheet, value: (index: number, x: number, y: number) => number): Promise<Plane> {
  const out = new Uint8ClampedArray(sheet.width * sheet.height);
  await sweep(sheet, (index, x, y) => {
    out[index] = value(index, x, y);
  });
  return new Uint8Array(out.buffer);
}

/** A pipeline on raw pixels of the sheet's size, grey or coloured. */
export function open(sheet: Pick<Sheet, 'width' | 'height' | 'signal'>, pixels: Uint8Array): Sharp {
  const { width, height, signal } = sheet;
  signal.throwIfAborted();
  return sharp(pixels, { raw: { width, height, channels: pixels.length === width * height ? 1 : 3 } });
}

export function greyOf(pipeline: Sharp): Promise<Plane> {
  return pipeline.toColourspace('b-w').raw().toBuffer();
}

export function colourOf(pipeline: Sharp): Promise<Uint8Array> {
  return pipeline.removeAlpha().toColourspace('srgb').raw().toBuffer();
}

export function blur(sheet: Sheet, pixels: Plane, radius: number): Promise<Plane> {
  return greyOf(open(sheet, pixels).blur(Math.max(0.4, radius * sheet.unit)));
}

/** Numbers from 0 up to 1, the same ones for the same seed (mulberry32). */
export function randomFrom(seed: number): () => number {
  let state = Math.imul(seed + 1, 0x9e3779b1);
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Blotches of about the given size, another pattern for each seed and variation. */
export async function noise(sheet: Sheet, size: number, seed: number): Promise<Plane> {
  const random = randomFrom(seed * 16 + sheet.variation);
  const width = Math.max(4, Math.ceil(sheet.width / size / sheet.unit));
  const height = Math.max(4, Math.ceil(sheet.height / size / sheet.unit));
  const dots = new Uint8Array(width * height);
  for (let index = 0; index < dots.length; index++) dots[index] = 256 * random();
  const small = sharp(dots, { raw: { width, height, channels: 1 } });
  return greyOf(small.resize(sheet.width, sheet.height, { fit: 'fill', kernel: 'cubic' }));
}

/**
 * The photo's tones with the full range used, the median brought to `median` (0 to 1) and local contrast raised, so
 * that a dark photo and a pale one both come out as the style wants them.
 */
export async function tones(sheet: Sheet, { median, local }: { median: number; local: number }): Promise<Plane> {
  const around = await blur(sheet, sheet.grey, 40);
  const clear = await plane(sheet, i => (sheet.grey[i] ?? 0) * (1 + local) - (around[i] ?? 0) * local);
  const curve = stretch(clear, median);
  return plane(sheet, i => curve[clear[i] ?? 0] ?? 0);
}

/** For each of the 256 tones the tone that it becomes. */
function stretch(grey: Plane, median: number): Float32Array {
  const counts = new Uint32Array(256);
  for (const tone of grey) counts[tone] = (counts[tone] ?? 0) + 1;
  const at = (share: number) => {
    let [tone, left] = [0, share * grey.length];
    while (tone < 255 && left > (counts[tone] ?? 0)) left -= counts[tone++] ?? 0;
    return tone;
  };
  const [black, middle, white] = [at(0.01), at(0.5), at(0.99)];
  // A photo of fog has hardly any range: stretching that to the full would show nothing but noise.
  const range = Math.max(32, white - black);
  const place = Math.min(0.95, Math.max(0.05, (middle - black) / range));
  const gamma = Math.min(1.7, Math.max(0.45, Math.log(median) / Math.log(place)));
  return Float32Array.from(
    { length: 256 },
    (_, tone) => 255 * Math.min(1, Math.max(0, (tone - black) / range)) ** gamma,
  );
}

/** 0 before `from`, 1 behind `to`, soft between; `from` may be the greater one. */
export function step(from: number, to: number, value: number): number {
  const share = Math.min(1, Math.max(0, (value - from) / (to - from)));
  return share * share * (3 - 2 * share);
}

/** A staircase over the 256 tones: each stair `[from, to, height]` adds its height where `step` is 1. */
export function stairs(base: number, ...flight: readonly (readonly [from: number, to: number, height: number])[]) {
  const heights = Float32Array.from({ length: 256 }, (_, tone) =>
    flight.reduce((sum, [from, to, height]) => sum + height * step(from, to, tone), base),
  );
  return (tone: number): number => heights[tone < 0 ? 0 : tone > 255 ? 255 : tone | 0] ?? 0;
}
