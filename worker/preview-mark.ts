/**
 * The word "preview" in the lower right corner of a picture that no image model drew. Drawn as lines: a machine
 * without fonts would leave an SVG text out, silently.
 */

/** Letters on a line at 0, small letters 10 high, one after the other; each with its width. */
const LETTERS: readonly (readonly [path: string, width: number])[] = [
  ['M0 5V-10M0 -5a4.5 5 0 1 0 9 0a4.5 5 0 1 0 -9 0', 9], // p
  ['M0 0V-10M0 -5.5C0.5 -9 2.5 -10.2 5 -9.7', 5], // r
  ['M0 -5.2H9A4.5 5 0 1 0 7.9 -1.7', 9], // e
  ['M0 -10L4.2 0L8.4 -10', 8.4], // v
  ['M0 0V-10M0 -14.2V-14', 0], // i
  ['M0 -5.2H9A4.5 5 0 1 0 7.9 -1.7', 9], // e
  ['M0 -10L3.2 0L6.4 -10L9.6 0L12.8 -10', 12.8], // w
];
const GAP = 3.6;
/** Below this a letter is no longer legible. */
const SCALE_MIN = 0.9;

/** An SVG of the picture's size. */
export function previewMark({ width, height }: { width: number; height: number }): Buffer {
  const scale = Math.max(SCALE_MIN, (1.3 * Math.max(width, height)) / 1024);
  let x = 0;
  const letters = LETTERS.map(([path, advance]) => {
    const letter = `<path transform="translate(${x} 0)" d="${path}"/>`;
    x += advance + GAP;
    return letter;
  }).join('');
  const place = `translate(${width - (x - GAP + 14) * scale} ${height - 16 * scale}) scale(${scale})`;
  const lines = (colour: string, weight: number, opacity: number) =>
    `<g stroke="${colour}" stroke-width="${weight}" opacity="${opacity}">${letters}</g>`;
  // Dark on a light rim: legible on every picture.
  return Buffer.from(
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">` +
      `<g transform="${place}" fill="none" stroke-linecap="round" stroke-linejoin="round">` +
      `${lines('#fff', 4.6, 0.6)}${lines('#222', 1.7, 0.85)}</g></svg>`,
  );
}
