/**
 * The word "preview" in the lower right corner of a picture that no image model drew. Drawn here, dot by dot: a machine
 * without fonts would leave a text out, silently, and an SVG would need a loader that no photo is to reach.
 */
import type { OverlayOptions } from 'sharp';

type Place = readonly [x: number, y: number];
type Line = readonly Place[];

/** Round letters, 9 wide and 10 high, seen from the middle: `from` and `to` in degrees, clockwise from the right. */
function round(from: number, to: number): Line {
  return Array.from({ length: 19 }, (_, step) => {
    const angle = ((from + ((to - from) * step) / 18) * Math.PI) / 180;
    return [4.5 + 4.5 * Math.cos(angle), -5 + 5 * Math.sin(angle)];
  });
}

const STEM: Line = [
  [0, 0],
  [0, -10],
];
const E: Line = [[0, -5.2], ...round(-2, -319)];
/** Letters on a line at 0, small letters 10 high, one after the other; each with its width. */
const LETTERS: readonly { readonly lines: readonly Line[]; readonly width: number }[] = [
  { lines: [zigzag(0, 5, -10), round(0, 360)], width: 9 },
  { lines: [STEM, [[0, -5.5], ...round(-130, -80)].map(([x = 0, y = 0]) => [x * 0.9, y] as const)], width: 5 },
  { lines: [E], width: 9 },
  { lines: [zigzag(4.2, -10, 0, -10)], width: 8.4 },
  { lines: [STEM, zigzag(0, -14.2, -14)], width: 0 },
  { lines: [E], width: 9 },
  { lines: [zigzag(3.2, -10, 0, -10, 0, -10)], width: 12.8 },
];
const GAP = 3.6;
/** From the right edge to the last letter, from the lower edge to the line, and from there to the top. */
const MARGIN = { right: 14, below: 16, above: 18 };
/** Below this a letter is no longer legible. */
const SCALE_MIN = 0.9;
/** Dark on a light rim: legible on every picture. */
const RIM = { shade: 255, weight: 4.6, opacity: 0.6 };
const STROKE = { shade: 34, weight: 1.7, opacity: 0.85 };

/** A line with no corner so near reaches no further with its rim: half of the longest stretch, and half of the rim. */
const NEAR = 7;

/** From one height to the next, each time `across` further to the right. */
function zigzag(across: number, ...heights: readonly number[]): Line {
  return heights.map((y, index) => [across * index, y]);
}

/** For a picture of that size. */
export function previewMark(picture: { width: number; height: number }): OverlayOptions {
  const scale = Math.max(SCALE_MIN, (1.3 * Math.max(picture.width, picture.height)) / 1024);
  const { lines, width: wordWidth } = word();
  // The left margin is for the rim of the first letter.
  const width = Math.min(picture.width, Math.ceil((wordWidth + MARGIN.right + RIM.weight) * scale));
  const height = Math.min(picture.height, Math.ceil((MARGIN.below + MARGIN.above) * scale));
  const origin = { x: width - (wordWidth + MARGIN.right) * scale, y: height - MARGIN.below * scale };
  const input = Buffer.alloc(4 * width * height);
  for (let x = 0; x < width; x++) {
    const across = (x + 0.5 - origin.x) / scale;
    const near = lines.filter(line => line.some(([at]) => Math.abs(at - across) < NEAR));
    for (let y = 0; near.length > 0 && y < height; y++) {
      const place = [across, (y + 0.5 - origin.y) / scale] as const;
      const away = Math.min(...near.map(line => distance(place, line)));
      input.set(ink(away, scale), 4 * (y * width + x));
    }
  }
  return { input, raw: { width, height, channels: 4 }, left: picture.width - width, top: picture.height - height };
}

/** All lines of the word, the first letter beginning at 0. */
function word(): { lines: Line[]; width: number } {
  let x = 0;
  const lines: Line[] = [];
  for (const letter of LETTERS) {
    const left = x;
    lines.push(...letter.lines.map(line => line.map(([across, y]) => [left + across, y] as const)));
    x += letter.width + GAP;
  }
  return { lines, width: x - GAP };
}

/** From a place to the nearest point of a line. */
function distance([x, y]: Place, line: Line): number {
  let least = Number.POSITIVE_INFINITY;
  for (let index = 1; index < line.length; index++) {
    const [fromX, fromY] = line[index - 1] ?? [0, 0];
    const [toX, toY] = line[index] ?? [0, 0];
    const [dx, dy] = [toX - fromX, toY - fromY];
    const along = Math.min(1, Math.max(0, ((x - fromX) * dx + (y - fromY) * dy) / (dx * dx + dy * dy)));
    least = Math.min(least, Math.hypot(x - fromX - along * dx, y - fromY - along * dy));
  }
  return least;
}

/** Red, green, blue and opacity, so far away from the middle of a line; edges are soft over one pixel. */
function ink(away: number, scale: number): [number, number, number, number] {
  const cover = ({ weight, opacity }: typeof RIM) =>
    opacity * Math.min(1, Math.max(0, (weight / 2 - away) * scale + 0.5));
  const stroke = cover(STROKE);
  const rim = cover(RIM) * (1 - stroke);
  const shade = stroke + rim === 0 ? 0 : (STROKE.shade * stroke + RIM.shade * rim) / (stroke + rim);
  return [shade, shade, shade, 255 * (stroke + rim)];
}
