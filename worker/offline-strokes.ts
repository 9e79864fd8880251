/**
 * Paint in short strokes: thousands of curved strokes along the grain of the photo, coarse ones first, each in one
 * colour taken from the photo and a little off it. Drawn here, pixel by pixel: an SVG would need a loader that no photo
 * is to reach.
 */
import type { Flow } from './offline-flow.ts';
import { breathe, type Sheet } from './offline-planes.ts';

/** 6,000 in all: more take longer than they show. */
const LAYERS = [
  { count: 1_000, width: 22, length: 80 },
  { count: 2_000, width: 11, length: 46 },
  { count: 3_000, width: 5, length: 24 },
];
/** Strokes below this width go where the photo has detail; elsewhere most are left out and the broad ones stay. */
const FINE = 8;
/** Strokes between two looks at the event loop: about 2 ms. */
const SLICE = 128;
/** Straight pieces of a curved stroke. */
const PIECES = 6;

type Point = readonly [x: number, y: number];
type Paint = readonly [red: number, green: number, blue: number];

interface Stroke {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly length: number;
}

export async function paintStrokes(
  sheet: Sheet,
  colour: Uint8Array,
  { flow, random }: { flow: Flow; random: () => number },
): Promise<Uint8Array> {
  const canvas = Uint8Array.from(colour);
  for (const { count, width, length } of LAYERS) {
    for (let n = 0; n < count; n++) {
      if (n % SLICE === 0) await breathe(sheet);
      const [x, y] = [random() * sheet.width, random() * sheet.height];
      if (width < FINE && (flow.strength[flow.cell(x, y)] ?? 0) < 0.75 * random()) continue;
      const stroke = { x, y, width: width * (0.7 + 0.6 * random()), length: length * (0.6 + 0.7 * random()) };
      const paint = paintAt(sheet, colour, { x, y }, random);
      const points = pointsOf(sheet, flow, stroke);
      for (const [index, point] of points.entries()) {
        const before = points[index - 1];
        if (before) dab(sheet, canvas, { from: before, to: point, width: stroke.width * sheet.unit, paint });
      }
    }
  }
  return canvas;
}

/** The stroke's curve through its middle, along the flow. */
function pointsOf({ unit }: Sheet, flow: Flow, { x, y, length }: Stroke): Point[] {
  const here = flow.cell(x, y);
  const [dx, dy] = [flow.dx[here] ?? 1, flow.dy[here] ?? 0];
  const reach = (length * unit) / 4;
  const end = (side: 1 | -1): Point => {
    const [mx, my] = [x + side * reach * dx, y + side * reach * dy];
    const there = flow.cell(mx, my);
    const [ex, ey] = [flow.dx[there] ?? 1, flow.dy[there] ?? 0];
    const way = ex * dx + ey * dy < 0 ? -side : side;
    return [mx + way * reach * ex, my + way * reach * ey];
  };
  const [from, to] = [end(-1), end(1)];
  const bend: Point = [2 * x - (from[0] + to[0]) / 2, 2 * y - (from[1] + to[1]) / 2];
  return Array.from({ length: PIECES + 1 }, (_, piece): Point => {
    const t = piece / PIECES;
    const at = (axis: 0 | 1) => (1 - t) ** 2 * from[axis] + 2 * t * (1 - t) * bend[axis] + t ** 2 * to[axis];
    return [at(0), at(1)];
  });
}

/** One straight piece with round ends and soft edges. */
function dab(
  { width: sheetWidth, height }: Sheet,
  canvas: Uint8Array,
  { from: [ax, ay], to: [bx, by], width, paint }: { from: Point; to: Point; width: number; paint: Paint },
): void {
  const radius = width / 2;
  const [vx, vy] = [bx - ax, by - ay];
  const squared = vx * vx + vy * vy || 1;
  const top = Math.max(0, Math.floor(Math.min(ay, by) - radius));
  const bottom = Math.min(height - 1, Math.ceil(Math.max(ay, by) + radius));
  const left = Math.max(0, Math.floor(Math.min(ax, bx) - radius));
  const right = Math.min(sheetWidth - 1, Math.ceil(Math.max(ax, bx) + radius));
  for (let y = top; y <= bottom; y++) {
    for (let x = left; x <= right; x++) {
      const along = Math.min(1, Math.max(0, ((x - ax) * vx + (y - ay) * vy) / squared));
      const cover = Math.min(1, radius + 0.5 - Math.hypot(x - ax - along * vx, y - ay - along * vy));
      if (cover <= 0) continue;
      const at = 3 * (y * sheetWidth + x);
      for (let c = 0; c < 3; c++) {
        const below = canvas[at + c] ?? 0;
        canvas[at + c] = below + cover * ((paint[c] ?? 0) - below);
      }
    }
  }
}

function paintAt(sheet: Sheet, colour: Uint8Array, { x, y }: { x: number; y: number }, random: () => number): Paint {
  const at = 3 * (Math.floor(y) * sheet.width + Math.floor(x));
  const [light, warm] = [44 * (random() - 0.5), 30 * (random() - 0.5)];
  const part = (c: number) => Math.round(Math.min(255, Math.max(0, (colour[at + c] ?? 0) + light + warm * (1 - c))));
  return [part(0), part(1), part(2)];
}
