/**
 * All decoding of a worker in one place: the photo made fit for a model, the model's answer proven, its preview made.
 * It is libvips in every process that serves. The simulation gives its engines another, since threads that decode end
 * in no order that a seed could repeat.
 */
import type { Engine } from '../common/engine.ts';
import { normalise } from './normalise.ts';
import { makePreview } from './preview.ts';
import { verifyPicture } from './verify-picture.ts';

export interface Pictures {
  readonly normalise: typeof normalise;
  readonly verifyPicture: typeof verifyPicture;
  readonly makePreview: typeof makePreview;
}

const DECODED: Pictures = { normalise, verifyPicture, makePreview };
const instead = new WeakMap<Engine, Pictures>();

/** What the jobs of this engine decode with. */
export function picturesOf(engine: Engine): Pictures {
  return instead.get(engine) ?? DECODED;
}

/** For an engine whose pictures are none. */
export function decodeWith(engine: Engine, pictures: Pictures): void {
  instead.set(engine, pictures);
}
