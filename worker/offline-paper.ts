/**
 * The paper of the offline styles: how a drawing ends before its edge, and how ink of one colour lies on it.
 */
import { noise, type Plane, plane, type Sheet, step, sweep } from './offline-planes.ts';

type Rgb = readonly [red: number, green: number, blue: number];

/**
 * 255 in the middle, down to 0 at the edge, along a line that `rough` makes uneven. `from` and `to` are distances from
 * the middle; the middle of a side is at 1 and a corner at 1.26.
 */
export async function fade(
  sheet: Sheet,
  { from, to, rough }: { from: number; to: number; rough: number },
): Promise<Plane> {
  const blotches = await noise(sheet, 90, 11);
  return plane(sheet, (i, x, y) => {
    const dx = Math.abs((2 * x) / sheet.width - 1);
    const dy = Math.abs((2 * y) / sheet.height - 1);
    const away = Math.cbrt(dx * dx * dx + dy * dy * dy) + rough * ((blotches[i] ?? 0) / 128 - 1);
    return 255 * step(to, from, away);
  });
}

/** `ink`: 0 none to 255 full. Three bytes for each pixel. */
export async function print(
  sheet: Sheet,
  ink: Plane,
  look: { readonly paper: Rgb; readonly ink: Rgb; readonly rough: number },
): Promise<Uint8Array> {
  const tooth = await noise(sheet, 2, 12);
  const out = new Uint8ClampedArray(3 * ink.length);
  await sweep(sheet, i => {
    const cover = (ink[i] ?? 0) / 255;
    const bare = (1 - cover) * (1 + look.rough * ((tooth[i] ?? 0) / 128 - 1));
    for (let c = 0; c < 3; c++) out[3 * i + c] = (look.paper[c] ?? 0) * bare + (look.ink[c] ?? 0) * cover;
  });
  return new Uint8Array(out.buffer);
}
