/**
 * The offline styles in one colour: ink wash, charcoal and the studio photograph. Each makes a plane of tone from the
 * photo and prints it. The numbers were set by eye, on photos of fur, porcelain, metal and a night sky.
 */
import { contours, flowOf, smear } from './offline-flow.ts';
import { fade, print } from './offline-paper.ts';
import { blur, colourOf, greyOf, noise, open, plane, type Sheet, stairs, step, tones } from './offline-planes.ts';

/** Three washes with darker rims where the water stopped, dry brush lines over them, and much bare paper. */
export async function inkWash(sheet: Sheet): Promise<Uint8Array> {
  const flow = await flowOf(sheet, () => 0.6 + 0.5 * sheet.variation);
  const grey = await tones(sheet, { median: 0.54, local: 0.5 });
  const soft = await greyOf(
    open(sheet, grey)
      .median(7)
      .blur(3 * sheet.unit),
  );
  const [pools, wet, hairs] = await Promise.all([noise(sheet, 70, 1), noise(sheet, 16, 2), noise(sheet, 2, 3)]);
  const wash = stairs(0, [152, 138, 42], [106, 92, 62], [64, 42, 116]);
  const washes = await plane(sheet, i => {
    const uneven = 0.16 * ((pools[i] ?? 0) - 128) + 0.07 * ((wet[i] ?? 0) - 128);
    return wash((soft[i] ?? 0) + uneven);
  });
  const spread = await blur(sheet, washes, 6);
  const brush = await contours(sheet, grey, { flow, width: 3, reach: 12, least: 10, gain: 5 });
  const dry = await smear(sheet, hairs, flow, 14);
  const paper = await fade(sheet, { from: 0.74, to: 1.14, rough: 0.26 });
  const ink = await plane(sheet, i => {
    const rim = Math.max(0, (washes[i] ?? 0) - (spread[i] ?? 0));
    const pool = ((washes[i] ?? 0) + rim) * (0.8 + (wet[i] ?? 0) / 640);
    const line = (brush[i] ?? 0) * step(80, 130, dry[i] ?? 0);
    return (Math.max(pool, line) * (paper[i] ?? 0)) / 255;
  });
  return print(sheet, ink, { paper: [247, 242, 230], ink: [22, 26, 38], rough: 0.03 });
}

/** Strokes of broken charcoal along the fur over tones rubbed in with a finger, on rough paper. */
export async function charcoal(sheet: Sheet): Promise<Uint8Array> {
  const flow = await flowOf(sheet, () => 0.35 * sheet.variation - 0.8);
  const grey = await tones(sheet, { median: 0.52, local: 0.6 });
  const [dust, tooth] = await Promise.all([noise(sheet, 1.6, 1), noise(sheet, 2.2, 2)]);
  const strokes = await smear(sheet, dust, flow, 9);
  const rubbed = await blur(sheet, grey, 3);
  const lines = await contours(sheet, grey, { flow, width: 1.3, reach: 5, least: 14, gain: 5 });
  const paper = await fade(sheet, { from: 0.74, to: 1.1, rough: 0.24 });
  const ink = await plane(sheet, i => {
    const rough = (2.6 * ((strokes[i] ?? 0) - 128) + 0.8 * ((tooth[i] ?? 0) - 128)) / 255;
    const drawn = step(0.3, 0.76, 1 - (grey[i] ?? 0) / 255 + 0.5 * rough);
    const smudged = (1 - (rubbed[i] ?? 0) / 255) ** 1.2;
    const inside = (paper[i] ?? 0) / 255;
    const black = Math.min(1, 0.58 * drawn + 0.5 * smudged + 0.002 * (lines[i] ?? 0));
    return 250 * black * step(0, 1, inside + 0.5 * rough * (1 - inside));
  });
  return print(sheet, ink, { paper: [232, 227, 218], ink: [28, 26, 25], rough: 0.07 });
}

/** One soft lamp on the subject, the surroundings in the dark, full blacks, a trace of film grain. */
export async function fineArt(sheet: Sheet): Promise<Uint8Array> {
  const grey = await tones(sheet, { median: 0.46 + 0.02 * (sheet.variation % 4), local: 0.5 });
  const crisp = await greyOf(open(sheet, grey).sharpen({ sigma: 1.5 * sheet.unit, m1: 0.5, m2: 1 }));
  const glow = await blur(sheet, grey, 14);
  const [lamp, grain] = await Promise.all([fade(sheet, { from: 0.35, to: 1.4, rough: 0.08 }), noise(sheet, 1.3, 1)]);
  const curve = stairs(0, [-12, 262, 209]);
  const photo = await plane(sheet, i => {
    const tone = curve(crisp[i] ?? 0) + 0.2 * (glow[i] ?? 0);
    return tone * (0.16 + (0.84 * (lamp[i] ?? 0)) / 255) + 0.06 * ((grain[i] ?? 0) - 128);
  });
  return colourOf(open(sheet, photo));
}
