/**
 * Direct uploads: a photo goes straight to the bucket by a signed PUT, and a submit names it. The upload belongs to
 * whoever asked for it; it lives for a day, unless it is kept for an order (`kept-photos/`).
 */
import { uploads } from './collections.ts';
import type { Upload } from './documents.ts';
import type { Engine } from './engine.ts';
import { ProblemError } from './errors.ts';
import { newId } from './ids.ts';
import { DAY_MS } from './limits.ts';
import type { SignedRequest } from './platform/bucket.ts';
import { isErasingOwner } from './privacy/erasing.ts';

/** The form of every upload id. */
export const UPLOAD_ID = /^upl_[a-z0-9]{26}$/;

/** How long the address takes the photo. */
export const PUT_MS = 15 * 60_000;

export interface UploadWish {
  readonly shop: string;
  readonly ownerUid: string;
  readonly contentType: string;
  /** The exact length; another one is refused by the bucket. */
  readonly bytes: number;
}

export async function openUpload(
  engine: Engine,
  wish: UploadWish,
): Promise<{ upload: Upload; request: SignedRequest; expiresAt: number }> {
  const upload = await noteUpload(engine, wish);
  const expiresAt = upload.createdAt + PUT_MS;
  const { contentType, bytes } = wish;
  const request = await engine.bucket.signedUploadUrl(upload.path, {
    expiresAt,
    contentType,
    bytesMin: bytes,
    bytesMax: bytes,
  });
  return { upload, request, expiresAt };
}

/** Where the photo may come to, and what it may be; nothing lets anybody put it there yet. Throws `being_erased`. */
export async function noteUpload(engine: Engine, wish: UploadWish): Promise<Upload> {
  const now = engine.clock.now();
  const id = newId('upl', engine.clock, engine.random);
  const upload: Upload = { id, ...wish, path: `uploads/${id}`, createdAt: now, expireAt: now + DAY_MS };
  await engine.store.transaction(async tx => {
    if (await isErasingOwner(tx, wish.ownerUid, now)) throw new ProblemError('being_erased');
    tx.set(uploads, upload);
  });
  return upload;
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
