/**
 * Paints the few bytes of a ThumbHash as the blurred picture that they stand for, while the picture itself is loading.
 */
import { thumbHashToRGBA } from 'thumbhash';

/** `hash` in base64, as jobs have it. */
export function paintPlaceholder(canvas: HTMLCanvasElement, hash: string): void {
  try {
    const bytes = Uint8Array.from(atob(hash), character => character.charCodeAt(0));
    const { w, h, rgba } = thumbHashToRGBA(bytes);
    [canvas.width, canvas.height] = [w, h];
    canvas.getContext('2d')?.putImageData(new ImageData(new Uint8ClampedArray(rgba), w, h), 0, 0);
  } catch {
    // A placeholder that cannot be read is a plain surface.
    canvas.width = 1;
  }
}
