/**
 * Takes an uploaded photo away for good, wherever it lies. A job that was drawn of it has its own photo and picture, and
 * its own erasure.
 */
import { type Upload, uploads } from '../documents.ts';
import type { Engine } from '../engine.ts';
import { keptPath } from '../picture.ts';
import { photoPath } from './keep.ts';

/** Idempotent. The document goes first: whoever copies the photo at this moment finds that it may not stay. */
export async function erasePhoto({ store, bucket }: Engine, upload: Upload): Promise<void> {
  await store.transaction(async tx => tx.delete(uploads, upload.id));
  await Promise.all(photoPaths(upload).map(path => bucket.delete(path)));
}

/** Wherever it may lie. */
export function photoPaths(upload: Pick<Upload, 'id' | 'shop'>): string[] {
  return [`uploads/${upload.id}`, photoPath(upload.id), keptPath(upload, 'photo')];
}
