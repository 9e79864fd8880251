/**
 * The upload that a path names, as its caller may see it, and its bytes: what all routes of `/v1/uploads/{id}` begin with.
 */
import { buffer } from 'node:stream/consumers';
import type { Context } from 'koa';
import type { Upload } from '../../common/documents.ts';
import { ProblemError } from '../../common/errors.ts';
import { isPlatformError } from '../../common/platform/errors.ts';
import { findUpload, UPLOAD_ID } from '../../common/uploads.ts';
import type { Api } from '../api.ts';
import { maySeeUpload } from '../owner-of.ts';

/** Somebody else's, one that is gone, and what could be no id answer alike. */
export async function findOwnUpload({ engine }: Api, ctx: Context): Promise<Upload> {
  return found(await findUpload(engine, idOf(ctx), upload => maySeeUpload(ctx, upload)));
}

/** For operators: of any shop. */
export async function findAnyUpload({ engine }: Api, ctx: Context): Promise<Upload> {
  return found(await findUpload(engine, idOf(ctx), () => true));
}

/** Throws `upload_not_done` when nothing has been put there. */
export async function readUploaded({ engine }: Api, upload: Upload): Promise<Buffer> {
  try {
    return await buffer(await engine.bucket.read(upload.path));
  } catch (error) {
    if (isPlatformError(error, 'missing')) throw new ProblemError('upload_not_done');
    throw error;
  }
}

function idOf(ctx: Context): string {
  const { id = '' } = (ctx as Context & { params: Record<string, string> }).params;
  if (!UPLOAD_ID.test(id)) throw new ProblemError('not_found');
  return id;
}

function found(upload: Upload | undefined): Upload {
  if (!upload) throw new ProblemError('not_found');
  return upload;
}
