/**
 * Direct uploads in the old form: an address for one PUT that needs no header but its type. The bucket's own signed
 * addresses want headers that the old page does not send, so this process takes the photo and puts it there.
 */
import type { Context } from 'koa';
import { z } from 'zod';
import { PHOTO_BYTES_MAX } from '../../common/check-photo.ts';
import type { Upload } from '../../common/documents.ts';
import { ProblemError } from '../../common/errors.ts';
import { ownerUid } from '../../common/owners.ts';
import { findUpload, noteUpload, PUT_MS } from '../../common/uploads.ts';
import type { Api } from '../api.ts';
import { receiveObject } from '../object-upload.ts';
import { ownerOf } from '../owner-of.ts';
import { identify } from './identify.ts';
import { signed } from './picture.ts';
import { readOldBody } from './read-request.ts';

const wish = z.object({ file_type: z.enum(['image/jpeg', 'image/png', 'image/webp']).default('image/jpeg') });
const confirmation = z.object({ upload_id: z.string().max(64), blob_path: z.string().max(200) });

export async function signUpload(api: Api, ctx: Context): Promise<void> {
  const caller = await identify(api, ctx);
  const { file_type: contentType } = await readOldBody(ctx, wish);
  const { settings } = api.engine;
  const uid = ownerUid(settings.idSecret, caller.shop, ownerOf(ctx, caller, settings));
  const terms = { shop: caller.shop, ownerUid: uid, contentType, bytes: PHOTO_BYTES_MAX };
  const upload = await noteUpload(api.engine, terms);
  // Without PUBLIC_URL whoever asks is told the name they asked by, and nobody else is told it.
  const base = api.publicUrl ?? `${ctx.protocol}://${ctx.host}`;
  ctx.set('Cache-Control', 'no-store');
  ctx.body = {
    signed_url: `${base}/api/v1/upload/${upload.id}`,
    public_url: await signed(api, upload.path),
    upload_id: upload.id,
    blob_path: upload.path,
    expires_in: PUT_MS / 1_000,
    method: 'PUT',
    content_type: contentType,
  };
}

/** The address is the permission, as with every signed address: it cannot be guessed, and ends. */
export async function receiveUpload(api: Api, ctx: Context): Promise<void> {
  const { id = '' } = (ctx as Context & { params: { id?: string } }).params;
  const upload = await findUpload(api.engine, id, () => true);
  if (!upload) throw new ProblemError('not_found');
  const { path, contentType, bytes: bytesMax, createdAt } = upload;
  if (api.engine.clock.now() > createdAt + PUT_MS) throw new ProblemError('url_expired');
  const { bucket } = api.engine;
  await receiveObject(ctx, { path, contentType, bytesMin: 1, bytesMax }, { bucket, budget: api.bodyBudget });
  // What the pages of the earlier service take for success.
  ctx.status = 200;
}

/** Who asks may have got a cookie meanwhile and be somebody else by it, so that the two names together are the proof. */
export async function confirmUpload(api: Api, ctx: Context): Promise<void> {
  const { shop } = await identify(api, ctx);
  const { upload_id: id, blob_path: path } = await readOldBody(ctx, confirmation);
  const isNamed = (found: Upload) => found.shop === shop && found.path === path;
  const upload = await findUpload(api.engine, id, isNamed);
  const stat = upload && (await api.engine.bucket.stat(upload.path));
  if (!stat) throw new ProblemError('not_found', { detail: 'There is no such upload, or nothing has arrived there.' });
  ctx.set('Cache-Control', 'no-store');
  ctx.body = {
    success: true,
    upload_id: id,
    size: stat.bytes,
    content_type: stat.contentType,
    public_url: await signed(api, path),
    created: new Date(stat.createdAt).toISOString(),
  };
}
