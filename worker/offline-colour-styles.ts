/**
 * The offline styles in colour: pen and marker, post-impressionist, and a watercolour for wishes in free words. Tone
 * and hue are taken apart, simplified each in its own way, and put together again. The numbers were set by eye.
 */
import { contours, flowOf, smear } from './offline-flow.ts';
import { fade } from './offline-paper.ts';
import {
  blur,
  colourOf,
  greyOf,
  noise,
  open,
  plane,
  randomFrom,
  type Sheet,
  stairs,
  step,
  sweep,
  tones,
} from './offline-planes.ts';
import { paintStrokes } from './offline-strokes.ts';

/** Five flat tones in parallel strips of a broad marker, black contours over them, hatching in the shadows. */
export async function penAndMarker(sheet: Sheet): Promise<Uint8Array> {
  const flow = await flowOf(sheet, () => 0.5);
  const grey = await tones(sheet, { median: 0.54, local: 0.3 });
  const flat = await greyOf(
    open(sheet, grey)
      .median(7)
      .blur(1.5 * sheet.unit),
  );
  const hues = await colourOf(
    open(sheet, sheet.colour)
      .median(7)
      .blur(4 * sheet.unit)
      .modulate({ saturation: 1.5 }),
  );
  const pen = await contours(sheet, grey, { flow, width: 1.8, reach: 8, least: 18, gain: 9 });
  const strips = await markerStrips(sheet);
  const tone = stairs(52, [48, 56, 52], [98, 106, 50], [146, 154, 46], [200, 210, 49]);
  const out = new Uint8ClampedArray(sheet.colour.length);
  await sweep(sheet, (i, x, y) => {
    const [red, green, blue] = [hues[3 * i] ?? 0, hues[3 * i + 1] ?? 0, hues[3 * i + 2] ?? 0];
    const lift = Math.min(2.6, tone(flat[i] ?? 0) / Math.max(24, 0.3 * red + 0.59 * green + 0.11 * blue));
    const body = (strips[i] ?? 0) / 240;
    const covered = Math.min(1, 1.2 * body);
    const hatched = (flat[i] ?? 0) < 50 && Math.abs((((x + y) / sheet.unit) % 9) - 4.5) < 1 ? 200 : 0;
    const line = (Math.max(pen[i] ?? 0, hatched) * (0.2 + 0.8 * covered)) / 255;
    for (let c = 0; c < 3; c++) {
      const marker = 254 - (254 - Math.min(255, (hues[3 * i + c] ?? 0) * lift)) * body;
      out[3 * i + c] = marker + (16 - marker) * line;
    }
  });
  return new Uint8Array(out.buffer);
}

/** How much marker is on the paper, around 230: strips overlap a little, and each ends where the hand stopped. */
async function markerStrips(sheet: Sheet): Promise<Uint8Array> {
  const [paper, wobble] = await Promise.all([fade(sheet, { from: 0.74, to: 1.1, rough: 0.12 }), noise(sheet, 60, 5)]);
  const random = randomFrom(sheet.variation);
  const hands = Float32Array.from({ length: 256 }, random);
  const angle = 0.45 + 0.3 * sheet.variation;
  const [sin, cos] = [Math.sin(angle), Math.cos(angle)];
  const pitch = 30 * sheet.unit;
  return plane(sheet, (i, x, y) => {
    // The strips are counted from far off the sheet, so that the number is positive at every angle.
    const across = (x * sin + y * cos) / pitch + (wobble[i] ?? 0) / 400 + 128;
    const hand = hands[across & 255] ?? 0;
    const inside = across % 1;
    const round = (2 * inside - 1) ** 4;
    const covered = step(108, 116, (paper[i] ?? 0) + 150 * (hand - 0.5) - 60 * round);
    return 240 * covered * (0.93 + 0.1 * hand + 0.06 * step(0.84, 0.9, inside));
  });
}

/** Thick short strokes that swirl where the photo is even, vivid colours, and light on the relief of the paint. */
export async function postImpressionist(sheet: Sheet): Promise<Uint8Array> {
  const random = randomFrom(7 * sheet.variation + 3);
  const [cx, cy] = [0.2 + 0.6 * random(), 0.1 + 0.3 * random()];
  const swirl = (x: number, y: number) => Math.atan2(y - cy, x - cx) + Math.PI / 2 + 0.3 * Math.sin(9 * x + 7 * y);
  const flow = await flowOf(sheet, swirl);
  const photo = open(sheet, sheet.colour).normalise().modulate({ saturation: 1.6, brightness: 1.06 });
  const vivid = await colourOf(photo.blur(Math.max(0.4, 1.5 * sheet.unit)));
  const painted = await paintStrokes(sheet, vivid, { flow, random });
  const bristles = await smear(sheet, await noise(sheet, 1.5, 9), flow, 12);
  const grey = await greyOf(open(sheet, painted));
  const height = await plane(sheet, i => ((grey[i] ?? 0) + (bristles[i] ?? 0)) / 2);
  const fromUpperLeft = { width: 3, height: 3, kernel: [-1, -1, 0, -1, 0, 1, 0, 1, 1], scale: 1, offset: 128 };
  const relief = await greyOf(open(sheet, height).blur(0.8).convolve(fromUpperLeft));
  const out = new Uint8ClampedArray(painted.length);
  await sweep(sheet, i => {
    const light = 0.5 * ((relief[i] ?? 0) - 128);
    for (let c = 0; c < 3; c++) out[3 * i + c] = (painted[3 * i + c] ?? 0) + light;
  });
  return new Uint8Array(out.buffer);
}

/** Transparent washes that dry with darker rims, over a faint pencil drawing. */
export async function watercolour(sheet: Sheet): Promise<Uint8Array> {
  const flow = await flowOf(sheet, () => 0.4);
  const grey = await tones(sheet, { median: 0.62, local: 0.3 });
  const flat = await greyOf(
    open(sheet, grey)
      .median(7)
      .blur(2.5 * sheet.unit),
  );
  const photo = open(sheet, sheet.colour).normalise();
  const hues = await colourOf(photo.blur(7 * sheet.unit).modulate({ saturation: 1.45 }));
  const [pools, wet, grain] = await Promise.all([noise(sheet, 60, 1), noise(sheet, 12, 2), noise(sheet, 2, 3)]);
  const paper = await fade(sheet, { from: 0.7, to: 1.12, rough: 0.2 });
  const wash = stairs(40, [216, 196, 70], [150, 134, 50], [92, 76, 48], [50, 36, 40]);
  const washes = await plane(sheet, i => {
    const uneven = 0.2 * ((pools[i] ?? 0) - 128) + 0.1 * ((wet[i] ?? 0) - 128);
    const wetted = step(50, 110, (paper[i] ?? 0) + uneven);
    return wash((flat[i] ?? 0) + uneven) * wetted;
  });
  const spread = await blur(sheet, washes, 5);
  const pencil = await contours(sheet, grey, { flow, width: 1.2, reach: 6, least: 14, gain: 5 });
  const out = new Uint8ClampedArray(sheet.colour.length);
  await sweep(sheet, i => {
    const rim = 1.2 * Math.abs((washes[i] ?? 0) - (spread[i] ?? 0));
    const thick = Math.max(0, (washes[i] ?? 0) + rim + 0.14 * ((grain[i] ?? 0) - 128)) / 255;
    const pigment = Math.min(thick, (washes[i] ?? 0) / 40);
    const light = Math.max(60, hues[3 * i] ?? 0, hues[3 * i + 1] ?? 0, hues[3 * i + 2] ?? 0);
    const mark = (0.22 * (pencil[i] ?? 0) * (paper[i] ?? 0)) / 255;
    for (let c = 0; c < 3; c++) {
      const hue = 0.1 + (0.9 * (hues[3 * i + c] ?? 0)) / light;
      out[3 * i + c] = (251 - 3 * c) * hue ** (2 * pigment) * (1 - 0.55 * pigment ** 1.6) - mark;
    }
  });
  return new Uint8Array(out.buffer);
}
