/**
 * Takes an uploaded photo away for good, wherever it lies. A job that was drawn of it has its own photo and picture, and
 * its own erasure.
 */
import { uploads } from '../collections.ts';
import type { Upload } from '../documents.ts';
import type { Engine } from '../engine.ts';
import { keptPath } from '../picture.ts';
import { photoPath } from './keep.ts';

/**
 * Idempotent. The photo goes first: whoever is cut off behind the document would leave a photo that nobody knows of. Who
 * has moved it meanwhile is seen by the path; who is moving it finds no document and takes the photo away again, and the
 * last look is for one who dies before that.
 */
export async function erasePhoto(engine: Engine, upload: Upload): Promise<void> {
  const removePhoto = () => Promise.all(photoPaths(upload).map(path => engine.bucket.delete(path)));
  for (let seen: Upload | undefined = upload; seen; seen = await removeUnmoved(engine, seen)) await removePhoto();
  await removePhoto();
}

/** Removes the document; returns it instead when the photo is not where it was. */
function removeUnmoved({ store }: Engine, { id, path }: Upload): Promise<Upload | undefined> {
  return store.transaction(async tx => {
    const now = await tx.get(uploads, id);
    if (now && now.path !== path) return now;
    tx.delete(uploads, id);
    return undefined;
  });
}

/** Wherever it may lie. */
export function photoPaths(upload: Pick<Upload, 'id' | 'shop'>): string[] {
  return [`uploads/${upload.id}`, photoPath(upload.id), keptPath(upload, 'photo')];
}
