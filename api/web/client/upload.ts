/**
 * Puts a photo straight into the bucket: asks for an address, then sends the bytes there.
 */
import type { Ask } from './ask.ts';
import { call } from './call.ts';
import type { Environment } from './environment.ts';
import { EaselError } from './errors.ts';
import { typeOf } from './photo.ts';
import type { KeepRequest, KeptPhoto, UploadOptions } from './types.ts';

interface Address {
  readonly uploadId: string;
  readonly url: string;
  readonly method: string;
  readonly headers: { readonly [name: string]: string };
}

/** 20 MiB on a phone; the address works for 15 minutes. */
const TIMEOUT_MS = 300_000;
/** Something is there already: the address takes one photo, once. Cloud Storage says the latter. */
const EXISTS = [409, 412];

/** Keeps a photo for an order without a picture: puts it into the bucket, and says what is wanted of it. */
export async function keepPhoto(
  parts: { environment: Environment; ask: Ask },
  photo: Blob,
  { signal, onProgress, ...wish }: UploadOptions & KeepRequest,
): Promise<KeptPhoto> {
  const how = { ...(signal ? { signal } : {}), ...(onProgress ? { onProgress } : {}) };
  const { uploadId } = await upload(parts, photo, how);
  return parts.ask.json<KeptPhoto>(`POST /v1/uploads/${uploadId}/keep`, { body: JSON.stringify(wish), signal });
}

export async function upload(
  { environment, ask }: { environment: Environment; ask: Ask },
  photo: Blob,
  { signal, onProgress }: UploadOptions,
): Promise<{ uploadId: string }> {
  const body = JSON.stringify({ contentType: await typeOf(photo), bytes: photo.size });
  const { uploadId, url, method, headers } = await ask.json<Address>('POST /v1/uploads', { body, signal });
  let sentBefore = false;
  const once = async () => {
    sentBefore = true;
    return photo;
  };
  try {
    await call(environment, {
      method,
      url,
      headers,
      body: once,
      timeoutMs: TIMEOUT_MS,
      signal,
      onProgress,
      bytes: photo.size,
    });
  } catch (error) {
    // An earlier try arrived, and its answer was lost. Nobody else knows the address.
    const arrived = sentBefore && error instanceof EaselError && EXISTS.includes(error.status ?? 0);
    if (!arrived) throw error;
  }
  return { uploadId };
}
