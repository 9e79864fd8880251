/**
 * Which drawing stands for which style of the shop when no image model is at hand.
 */
import { penAndMarker, postImpressionist, watercolour } from './offline-colour-styles.ts';
import { charcoal, fineArt, inkWash } from './offline-ink-styles.ts';
import type { Sheet } from './offline-planes.ts';

/** Draws the sheet's photo: three bytes for each pixel, the same ones for the same sheet. */
export type Draw = (sheet: Sheet) => Promise<Uint8Array>;

const DRAWINGS: ReadonlyMap<string, Draw> = new Map([
  ['ink-wash', inkWash],
  ['pen-and-marker', penAndMarker],
  ['post-impressionist', postImpressionist],
  ['fine-art-bw', fineArt],
  ['charcoal', charcoal],
]);

/** A wish in free words cannot be followed here; it gets a watercolour, as does a style that a shop made up itself. */
export function drawingFor(style: string | undefined): Draw {
  return (style !== undefined && DRAWINGS.get(style)) || watercolour;
}
