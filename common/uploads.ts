/**
 * Direct uploads: a photo goes straight to the bucket by a signed PUT, and a submit names it. The upload belongs to
 * whoever asked for it; it lives for a day.
 */
import { type Upload, uploads } from './documents.ts';
import type { Engine } from './engine.ts';
import { ProblemError } from './errors.ts';
import { newId } from './ids.ts';
import { DAY_MS } from './limits.ts';
import type { SignedRequest } from './platform/bucket.ts';
import { isErasingOwner } from './privacy/erasing.ts';

/** How long the address takes the photo. */
const PUT_MS = 15 * 60_000;

export interface UploadWish {
  readonly shop: string;
  readonly ownerUid: string;
  readonly contentType: string;
  /** The exact length; another one is refused by the bucket. */
  readonly bytes: number;
}

/** Throws `being_erased` while everything of its owner is. */
export async function openUpload(
  engine: Engine,
  wish: UploadWish,
): Promise<{ upload: Upload; request: SignedRequest; expiresAt: number }> {
  const now = engine.clock.now();
  const id = newId('upl', engine.clock, engine.random);
  const upload: Upload = { id, ...wish, path: `uploads/${id}`, createdAt: now, expireAt: now + DAY_MS };
  await engine.store.transaction(async tx => {
    if (await isErasingOwner(tx, wish.ownerUid)) throw new ProblemError('being_erased');
    tx.set(uploads, upload);
  });
  const expiresAt = now + PUT_MS;
  const { contentType, bytes } = wish;
  const request = await engine.bucket.signedUploadUrl(upload.path, {
    expiresAt,
    contentType,
    bytesMin: bytes,
    bytesMax: bytes,
  });
  return { upload, request, expiresAt };
}

/** The upload, if it is there and the caller's own; somebody else's counts as missing. */
export async function findUpload(
  engine: Engine,
  id: string,
  mine: (upload: Upload) => boolean,
): Promise<Upload | undefined> {
  const upload = await engine.store.get(uploads, id);
  return upload && upload.expireAt > engine.clock.now() && mine(upload) ? upload : undefined;
}
