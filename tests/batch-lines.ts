/**
 * Items for batches in tests: an upload that all of them draw, and the lines that name it.
 */
import sharp from 'sharp';
import { uploads } from '../common/collections.ts';
import type { Upload } from '../common/documents.ts';
import type { Engine } from '../common/engine.ts';
import { ownerUid } from '../common/owners.ts';
import { openUpload } from '../common/uploads.ts';

/** A photo that was put where its upload said; of the shop `default`. */
export async function uploaded(engine: Engine, bytes?: Buffer): Promise<string> {
  const photo = bytes ?? (await square());
  const shop = 'default';
  const uid = ownerUid(engine.settings.idSecret, shop, {});
  const wish = { shop, ownerUid: uid, contentType: 'image/png', bytes: photo.length };
  const { upload } = await openUpload(engine, wish);
  const { path } = (await engine.store.get(uploads, upload.id)) as Upload;
  await engine.bucket.put(path, photo, { contentType: 'image/png' });
  return upload.id;
}

export async function square(background = '#c8783c'): Promise<Buffer> {
  return sharp({ create: { width: 256, height: 256, channels: 3, background } })
    .png()
    .toBuffer();
}

export interface ItemLine {
  readonly customId: string;
  readonly image: { readonly uploadId: string } | { readonly url: string } | { readonly data: string };
  readonly style?: string;
  readonly prompt?: string;
  readonly [field: string]: unknown;
}

/** Each with a wish of its own, so that none is the other's picture. */
export function items(count: number, uploadId: string): ItemLine[] {
  return Array.from({ length: count }, (_, index) => ({
    customId: `photo-${index}`,
    image: { uploadId },
    prompt: `Draw it, number ${index}.`,
  }));
}

export function ndjson(lines: readonly object[]): Buffer {
  return Buffer.from(lines.map(line => `${JSON.stringify(line)}\n`).join(''));
}
