/**
 * A client of signed URLs, for the parts of the suite that go over real HTTP.
 */
import type { SignedRequest, SignedUpload } from '../bucket.ts';
import { type BucketWorld, PNG } from './world.ts';

/** URLs are signed for real time wherever the platform's clock is the real one; an hour is safe on both. */
export const HOUR_MS = 3_600_000;

/** The world's own time: an object that is put now says what time it is. */
export async function now({ bucket }: BucketWorld): Promise<number> {
  await bucket.put('now', new Uint8Array(), PNG);
  return (await bucket.stat('now'))?.createdAt ?? 0;
}

export async function readUrl(
  world: BucketWorld,
  path: string,
  options: { downloadName?: string } = {},
): Promise<string> {
  return world.bucket.signedReadUrl(path, { expiresAt: (await now(world)) + HOUR_MS, ...options });
}

export async function uploadRequest(
  world: BucketWorld,
  path: string,
  options: Partial<SignedUpload> = {},
): Promise<SignedRequest> {
  const expiresAt = (await now(world)) + HOUR_MS;
  return world.bucket.signedUploadUrl(path, { expiresAt, ...PNG, bytesMin: 3, bytesMax: 300_000, ...options });
}

export function send(world: BucketWorld, url: string, init?: RequestInit): Promise<Response> {
  return (world.fetchSigned ?? fetch)(url, init);
}

export async function body(response: Response): Promise<Buffer> {
  return Buffer.from(await response.arrayBuffer());
}

export async function upload(
  world: BucketWorld,
  request: SignedRequest,
  { bytes }: { bytes: Uint8Array },
): Promise<Response> {
  const response = await send(world, request.url, {
    method: request.method,
    headers: request.headers,
    body: Uint8Array.from(bytes),
  });
  await response.arrayBuffer();
  return response;
}
