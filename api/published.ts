/**
 * Files for browsers that are the same for everybody: with a tag that changes with their bytes, and compressed once.
 */
import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { Context } from 'koa';
import { clientHas } from './etag.ts';

export interface Published {
  readonly bytes: Buffer;
  readonly gzipped: Buffer;
  readonly etag: string;
}

export async function publish(read: () => Promise<Buffer>): Promise<Published> {
  const bytes = await read();
  // Weak, as the same tag stands for the plain and the compressed bytes.
  const etag = `W/"${createHash('sha256').update(bytes).digest('base64url').slice(0, 22)}"`;
  return { bytes, gzipped: await promisify(gzip)(bytes), etag };
}

export function sendPublished(
  ctx: Context,
  { bytes, gzipped, etag }: Published,
  { type, maxAgeS, immutable = false }: { type: string; maxAgeS: number; immutable?: boolean },
) {
  ctx.set({ 'Cache-Control': `public, max-age=${maxAgeS}${immutable ? ', immutable' : ''}`, ETag: etag });
  ctx.vary('Accept-Encoding');
  if (clientHas(ctx, etag)) {
    ctx.status = 304;
    return;
  }
  ctx.type = type;
  const compressed = ctx.acceptsEncodings('gzip', 'identity') === 'gzip';
  if (compressed) ctx.set('Content-Encoding', 'gzip');
  ctx.body = compressed ? gzipped : bytes;
}
