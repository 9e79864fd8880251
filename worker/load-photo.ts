/**
 * Fetches the customer's photo and makes it fit for a model: proven to be the bytes that were submitted, upright,
 * without metadata, no larger than the model has use for.
 */
import type { Engine } from '../common/engine.ts';
import { sha256 } from '../common/ids.ts';
import { drawingModel, type Run } from '../common/job.ts';
import { photoOfRun } from '../common/picture.ts';
import { isPlatformError } from '../common/platform/errors.ts';
import { ModelError } from '../common/platform/model.ts';
import { picturesOf } from './pictures.ts';
import { pixelGateOf } from './pixel-gate.ts';
import { readObject } from './read-object.ts';

const INPUT_SIDE_PX = 2_048;

/** A JPEG. Throws `input_unreadable` when the photo is gone, changed or damaged. */
export function loadPhoto(engine: Engine, run: Run): Promise<Uint8Array> {
  const maxSidePx = engine.catalogue.get(drawingModel(run))?.inputSidePx ?? INPUT_SIDE_PX;
  // Read in its place at the gate: jobs that wait for theirs have nothing in memory yet.
  return pixelGateOf(engine).use(async take => {
    const photo = await read(engine, photoOfRun(run));
    if (sha256(photo) !== run.inputSha256) {
      throw new ModelError('input_unreadable', 'the stored photo is not the one that was submitted');
    }
    const { bytes } = await picturesOf(engine).normalise(photo, { maxSidePx, take });
    return bytes;
  });
}

async function read(engine: Engine, path: string | undefined): Promise<Buffer> {
  if (path === undefined) throw new ModelError('input_unreadable', 'the job has kept no photo of its own');
  try {
    return await readObject(engine.bucket, path);
  } catch (error) {
    if (isPlatformError(error, 'missing'))
      throw new ModelError('input_unreadable', 'the photo is gone', { cause: error });
    throw error;
  }
}
