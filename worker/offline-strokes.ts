/**
 * Paint in short strokes: thousands of curved strokes along the grain of the photo, coarse ones first, each in one
 * colour taken from the photo and a little off it. Drawn as one SVG, off the event loop.
 */
import type { Flow } from './offline-flow.ts';
import { breathe, colourOf, open, type Sheet } from './offline-planes.ts';

/** 6,000 in all: more take longer than they show. */
const LAYERS = [
  { count: 1_000, width: 22, length: 80 },
  { count: 2_000, width: 11, length: 46 },
  { count: 3_000, width: 5, length: 24 },
];
/** Strokes below this width go where the photo has detail; elsewhere most are left out and the broad ones stay. */
const FINE = 8;
/** Strokes between two looks at the event loop: about 2 ms. */
const SLICE = 512;

export async function paintStrokes(
  sheet: Sheet,
  colour: Uint8Array,
  { flow, random }: { flow: Flow; random: () => number },
): Promise<Uint8Array> {
  const strokes: string[] = [];
  for (const { count, width, length } of LAYERS) {
    for (let n = 0; n < count; n++) {
      if (n % SLICE === 0) await breathe(sheet);
      const [x, y] = [random() * sheet.width, random() * sheet.height];
      if (width < FINE && (flow.strength[flow.cell(x, y)] ?? 0) < 0.75 * random()) continue;
      const size = { width: width * (0.7 + 0.6 * random()), length: length * (0.6 + 0.7 * random()) };
      strokes.push(strokeAt(sheet, flow, { x, y, ...size, paint: paintAt(sheet, colour, { x, y }, random) }));
    }
  }
  const size = `width="${sheet.width}" height="${sheet.height}"`;
  const look = 'fill="none" stroke-linecap="round"';
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" ${size}><g ${look}>${strokes.join('')}</g></svg>`;
  return colourOf(open(sheet, colour).composite([{ input: Buffer.from(svg) }]));
}

function strokeAt(
  { unit }: Sheet,
  flow: Flow,
  { x, y, width, length, paint }: { x: number; y: number; width: number; length: number; paint: string },
): string {
  const here = flow.cell(x, y);
  const [dx, dy] = [flow.dx[here] ?? 1, flow.dy[here] ?? 0];
  const reach = (length * unit) / 4;
  const end = (side: 1 | -1) => {
    const [mx, my] = [x + side * reach * dx, y + side * reach * dy];
    const there = flow.cell(mx, my);
    const [ex, ey] = [flow.dx[there] ?? 1, flow.dy[there] ?? 0];
    const way = ex * dx + ey * dy < 0 ? -side : side;
    return [mx + way * reach * ex, my + way * reach * ey] as const;
  };
  const [from, to] = [end(-1), end(1)];
  const bend = [2 * x - (from[0] + to[0]) / 2, 2 * y - (from[1] + to[1]) / 2];
  const text = (point: readonly number[]) => point.map(value => value.toFixed(1)).join(' ');
  return `<path d="M${text(from)}Q${text(bend)} ${text(to)}" stroke="${paint}" stroke-width="${(width * unit).toFixed(1)}"/>`;
}

function paintAt(sheet: Sheet, colour: Uint8Array, { x, y }: { x: number; y: number }, random: () => number): string {
  const at = 3 * (Math.floor(y) * sheet.width + Math.floor(x));
  const [light, warm] = [44 * (random() - 0.5), 30 * (random() - 0.5)];
  const part = (c: number) => Math.round(Math.min(255, Math.max(0, (colour[at + c] ?? 0) + light + warm * (1 - c))));
  return `rgb(${part(0)},${part(1)},${part(2)})`;
}
