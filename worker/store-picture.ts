/**
 * The way of a drawing into the bucket, and back: a picture counts as finished once it is there, complete and proven,
 * under the key of what was asked for. The preview goes first, so that a picture is never without one.
 */
import { jobs } from '../common/collections.ts';
import type { Engine } from '../common/engine.ts';
import type { Output, Run } from '../common/job.ts';
import { stillHeld } from '../common/jobs/renew.ts';
import {
  findPicture,
  generationKey,
  type Picture,
  pictureMetadata,
  picturePath,
  previewPath,
} from '../common/picture.ts';
import type { Drawing } from '../common/platform/model.ts';
import { picturesOf } from './pictures.ts';
import { pixelGateOf } from './pixel-gate.ts';
import { readObject } from './read-object.ts';

/** A picture that is there already, by an earlier attempt or a twin, under any model this run has tried. */
export async function findFinished(engine: Engine, run: Run): Promise<Picture | undefined> {
  const models = new Set([run.model, ...run.attempts.map(attempt => attempt.model)]);
  for (const model of models) {
    const picture = await findPicture(engine.bucket, keyOf(run, model), engine.limits.retentionMs);
    if (picture && (await soundBytes(engine, picture))) return picture;
  }
  return undefined;
}

/** Throws `unreadable_image` for a drawing that does not decode, and what the bucket throws. */
export function storePicture(engine: Engine, run: Run, drawing: Drawing, signal: AbortSignal): Promise<Stored> {
  return store(engine, run, drawing, () => mayStillStore(engine, run, signal));
}

/**
 * Stores what came after its attempt was over, but before its job is: it is paid for, and the attempt that is to follow
 * finds it there and calls no model. Undefined when nobody may have it any more.
 */
export async function storeLatePicture(engine: Engine, run: Run, drawing: Drawing): Promise<Stored | undefined> {
  const wanted = async () => {
    const now = await engine.store.get(jobs, run.id);
    return now !== undefined && !now.done && now.erasedAt === undefined;
  };
  if (!(await wanted())) return undefined;
  return store(engine, run, drawing, async () => {
    if (!(await wanted())) throw new Error('the job is over by now');
  });
}

type Stored = Pick<Picture, 'output' | 'path'>;

async function store(engine: Engine, run: Run, drawing: Drawing, mayStore: () => Promise<void>): Promise<Stored> {
  const { verifyPicture, makePreview } = picturesOf(engine);
  const { preview, placeholder, ...verified } = await pixelGateOf(engine).use(async take => ({
    ...(await verifyPicture(drawing.bytes, { take })),
    ...(await makePreview(drawing.bytes)),
  }));
  await engine.point('verified');
  await mayStore();

  const expiresAt = engine.clock.now() + engine.limits.retentionMs;
  const output: Output = { ...verified, placeholder, expiresAt };
  const key = keyOf(run, drawing.model);
  const path = picturePath(key);
  const metadata = pictureMetadata(output, { jobId: run.id, model: drawing.model });
  await engine.bucket.put(previewPath(path), preview, { contentType: 'image/webp' });
  const { contentType } = output;
  const put = await engine.bucket.put(path, drawing.bytes, { contentType, metadata, ifAbsent: true });
  await engine.point('uploaded');
  if (put === 'created') return { output, path };

  // Two calls of a model never give equal bytes, so what is there is another's picture: good, or to be replaced.
  const there = await findPicture(engine.bucket, key, engine.limits.retentionMs);
  const bytesThere = there && (await soundBytes(engine, there));
  if (!there || !bytesThere) {
    await engine.bucket.put(path, drawing.bytes, { contentType, metadata });
    return { output, path };
  }
  const { preview: previewThere } = await pixelGateOf(engine).use(take => makePreview(bytesThere, { take }));
  await engine.bucket.put(previewPath(path), previewThere, { contentType: 'image/webp' });
  return there;
}

/** A worker that lost its lease must not write: the run may have ended, and its objects may have been erased. */
async function mayStillStore(engine: Engine, run: Run, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  if (!(await stillHeld(engine, run.id, run.fence))) throw new Error('the lease is no longer ours');
}

/** The picture's bytes, if they are what its metadata says and decode completely. */
async function soundBytes(engine: Engine, picture: Picture): Promise<Buffer | undefined> {
  try {
    return await pixelGateOf(engine).use(async take => {
      const bytes = await readObject(engine.bucket, picture.path);
      const verified = await picturesOf(engine).verifyPicture(bytes, { take });
      return verified.sha256 === picture.output.sha256 ? bytes : undefined;
    });
  } catch (error) {
    engine.log.warn('a picture in the bucket is damaged; it is drawn anew', { jobId: picture.jobId, error });
    return undefined;
  }
}

function keyOf(run: Run, model: string): string {
  return generationKey(run, model);
}
