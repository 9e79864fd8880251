/**
 * The grain of a photo: in which direction its fur, folds and edges run at each place. Charcoal, pen and brush follow
 * it, which is what makes them look drawn by a hand.
 */
import { blur, greyOf, open, type Plane, plane, type Sheet, step, sweep } from './offline-planes.ts';

/** A coarse grid over the sheet; `dx` and `dy` are a unit vector along the grain, its sign without meaning. */
export interface Flow {
  readonly dx: Float32Array;
  readonly dy: Float32Array;
  /** How marked the grain is, 0 to 1. */
  readonly strength: Float32Array;
  /** The index of the cell at a place; places beyond the sheet belong to the nearest cell. */
  cell(x: number, y: number): number;
}

const GRID_PX = 192;
/** Weight of `fallback`, in squared grey levels: noise in an even background stays below it, fur is far above. */
const BIAS = 6;

/** `fallback` is the direction where the photo has none: an angle for a place, both coordinates 0 to 1. */
export async function flowOf(sheet: Sheet, fallback: (x: number, y: number) => number): Promise<Flow> {
  const scale = Math.max(sheet.width, sheet.height) / GRID_PX;
  const [width, height] = [Math.ceil(sheet.width / scale), Math.ceil(sheet.height / scale)];
  const small = await greyOf(open(sheet, sheet.grey).resize(width, height, { fit: 'fill' }).blur(1));
  const { xx, xy, yy } = gradients(small, { width, height, fallback });
  const [dx, dy, strength] = [xx.slice(), xx.slice(), xx.slice()];
  for (let cell = 0; cell < xx.length; cell++) {
    const [along, cross] = [(xx[cell] ?? 0) - (yy[cell] ?? 0), 2 * (xy[cell] ?? 0)];
    const angle = Math.atan2(cross, along) / 2 + Math.PI / 2;
    dx[cell] = Math.cos(angle);
    dy[cell] = Math.sin(angle);
    strength[cell] = step(30, 500, Math.hypot(along, cross));
  }
  const clamp = (value: number, count: number) => (value < 0 ? 0 : value >= count ? count - 1 : value | 0);
  return { dx, dy, strength, cell: (x, y) => clamp(y / scale, height) * width + clamp(x / scale, width) };
}

/** The structure tensor: products of the gradient's parts, averaged, so that the two sides of a hair do not cancel. */
function gradients(
  grey: Plane,
  { width, height, fallback }: { width: number; height: number; fallback: (x: number, y: number) => number },
) {
  const field = () => new Float32Array(width * height);
  const [xx, xy, yy] = [field(), field(), field()];
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const at = y * width + x;
      const inside = x > 0 && y > 0 && x < width - 1 && y < height - 1;
      const gx = inside ? (grey[at + 1] ?? 0) - (grey[at - 1] ?? 0) : 0;
      const gy = inside ? (grey[at + width] ?? 0) - (grey[at - width] ?? 0) : 0;
      const across = fallback(x / width, y / height) + Math.PI / 2;
      xx[at] = gx * gx + BIAS * Math.cos(across) ** 2;
      xy[at] = gx * gy + BIAS * Math.cos(across) * Math.sin(across);
      yy[at] = gy * gy + BIAS * Math.sin(across) ** 2;
    }
  }
  for (const values of [xx, xy, yy]) for (const stride of [1, width, 1, width]) average(values, stride);
  return { xx, xy, yy };
}

/** The mean of seven neighbours along one axis. What runs over the end of a row enters the next: nobody sees it. */
function average(values: Float32Array, stride: number): void {
  const source = values.slice();
  for (let at = 0; at < values.length; at++) {
    let sum = 0;
    for (let k = -3; k <= 3; k++) sum += source[at + k * stride] ?? source[at] ?? 0;
    values[at] = sum / 7;
  }
}

/** Smears a plane along the grain, `reach` to each side: noise becomes strokes, a broken line becomes whole. */
export async function smear(sheet: Sheet, source: Plane, flow: Flow, reach: number): Promise<Plane> {
  const { width, height, unit } = sheet;
  const out = new Uint8Array(width * height);
  const stride = Math.max(1, 1.5 * unit);
  const steps = Math.max(2, Math.round((reach * unit) / stride));
  await sweep(sheet, (index, x, y) => {
    const cell = flow.cell(x, y);
    const dx = (flow.dx[cell] ?? 0) * stride;
    const dy = (flow.dy[cell] ?? 0) * stride;
    let [sum, count] = [0, 0];
    for (let k = -steps; k <= steps; k++) {
      const px = Math.round(x + k * dx);
      const py = Math.round(y + k * dy);
      if (px < 0 || py < 0 || px >= width || py >= height) continue;
      sum += source[py * width + px] ?? 0;
      count++;
    }
    out[index] = sum / count;
  });
  return out;
}

/**
 * Lines on the dark side of edges, drawn out along the grain: 0 none, 255 full. The difference of two blurs finds the
 * edges; those below `least` stay undrawn.
 */
export async function contours(
  sheet: Sheet,
  grey: Plane,
  { flow, width, reach, least, gain }: { flow: Flow; width: number; reach: number; least: number; gain: number },
): Promise<Plane> {
  const [fine, coarse] = await Promise.all([blur(sheet, grey, width), blur(sheet, grey, 1.7 * width)]);
  const edges = await plane(sheet, i => 5 * ((coarse[i] ?? 0) - (fine[i] ?? 0)));
  const lines = await smear(sheet, edges, flow, reach);
  return plane(sheet, i => gain * ((lines[i] ?? 0) - least));
}
