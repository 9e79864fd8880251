/**
 * Finished pictures in the bucket. The bucket is the cache: the path is a digest of everything that decides the
 * picture, and its metadata holds what a job says about it, so that finding the object is all that reuse takes.
 */
import { digestOf } from './ids.ts';
import type { DrawOptions, Kept, Output, Run } from './job.ts';
import type { Bucket, ObjectStat } from './platform/bucket.ts';
import { isPlatformError } from './platform/errors.ts';

export interface Wish {
  /** Pictures belong to one owner: erasing somebody's never takes another's away. */
  readonly ownerUid: string;
  readonly inputSha256: string;
  readonly style?: string;
  readonly styleVersion?: number;
  readonly prompt: string;
  readonly options: DrawOptions;
}

export interface Picture {
  readonly path: string;
  readonly output: Output;
  /** The job whose attempt drew it, and the model that did. */
  readonly jobId: string;
  readonly model: string;
}

/** Equal for equal wishes to the same model, `variation` included; a style counts by name and version, its draft by its words. */
export function generationKey(wish: Wish, model: string): string {
  const what =
    wish.style === undefined ? [null, wish.prompt] : [wish.style, wish.styleVersion ?? ['draft', wish.prompt]];
  const { aspectRatio, size, variation } = wish.options;
  return digestOf([wish.ownerUid, wish.inputSha256, what, model, aspectRatio, size, variation]);
}

export function picturePath(key: string): string {
  return `cache/${key.slice(0, 2)}/${key}`;
}

/** Where an order's photo and picture are kept. An order's own number is the shop's text and part of no path. */
export function keptPath({ id, shop }: Pick<Run, 'id' | 'shop'>, what: keyof Kept): string {
  return `orders/${shop}/${id}/${what}`;
}

/** Where the picture of a job lies; undefined when it has none. */
export function pictureOfRun(run: Run): string | undefined {
  return run.kept?.picture ? keptPath(run, 'picture') : run.outputPath;
}

/** Where the photo of a job lies; undefined when it has kept none of its own. */
export function photoOfRun(run: Run): string | undefined {
  if (run.kept?.photo) return keptPath(run, 'photo');
  return run.inputPath === '' ? undefined : run.inputPath;
}

/** The 512 px WebP beside a picture. */
export function previewPath(path: string): string {
  return `${path}-preview`;
}

/** What `pictureOf` reads back. */
export function pictureMetadata(output: Output, drawn: { jobId: string; model: string }): Record<string, string> {
  const { width, height, sha256, placeholder } = output;
  return { ...drawn, width: String(width), height: String(height), sha256, placeholder };
}

/** The picture that an object says it is; undefined when its metadata is not that of one. */
export function pictureOf(stat: ObjectStat, keptMs: number): Picture | undefined {
  const { width, height, sha256, placeholder, jobId, model } = stat.metadata;
  if (!width || !height || !sha256 || placeholder === undefined || !jobId || !model) return undefined;
  const output: Output = {
    contentType: stat.contentType,
    width: Number(width),
    height: Number(height),
    bytes: stat.bytes,
    sha256,
    placeholder,
    expiresAt: stat.touchedAt + keptMs,
  };
  return { path: stat.path, output, jobId, model };
}

/** The picture under a key; one whose object is damaged counts as not there, so that it is drawn and written anew. */
export async function findPicture(bucket: Bucket, key: string, keptMs: number): Promise<Picture | undefined> {
  try {
    const stat = await bucket.stat(picturePath(key));
    return stat && pictureOf(stat, keptMs);
  } catch (error) {
    if (isPlatformError(error, 'damaged')) return undefined;
    throw error;
  }
}
