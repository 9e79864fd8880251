/**
 * Puts and copies on Cloud Storage. A write whose answer is lost may have happened: before it is sent again, the object
 * is looked at, and the write that finds its own mark there is done. So `created` and `exists` stay true, and nobody
 * else's newer object is written over by a repetition.
 */
import { createHash } from 'node:crypto';
import type { FileMetadata } from '@google-cloud/storage';
import type { ObjectInput } from '../platform/bucket.ts';
import { isPlatformError, PlatformError } from '../platform/errors.ts';
import type { BucketContext, StorageClient } from './bucket-client.ts';
import { faultOf } from './bucket-errors.ts';
import { customMetadata, findMetadata, storedMetadata, WRITE_ID } from './bucket-objects.ts';

/** The largest object in a minute: 20 MB at 3 Mbit/s. */
const WRITE_LIMIT_MS = 60_000;
/** A copy whose source is replaced under it begins again this often. */
const COPY_TRIES = 3;
/**
 * For those who got a signed URL and nobody else. Browsers may keep a picture for some minutes, so that a gallery that
 * is drawn again loads nothing; its URL does not outlive that by more.
 */
const CACHE_CONTROL = 'private, max-age=300';

export async function putObject(
  context: BucketContext,
  path: string,
  { bytes, contentType, metadata = {}, ifAbsent = false }: ObjectInput & { readonly bytes: Uint8Array },
): Promise<'created' | 'exists'> {
  const mark = newMark(context);
  // Six times as fast as the SDK's CRC32C, which is JavaScript: 1.2 ms for a megabyte instead of 7.
  const md5Hash = createHash('md5').update(bytes).digest('base64');
  return settle(context, path, { what: 'store', ifAbsent, mark, md5Hash }, async (client, ifGenerationMatch) => {
    const file = client.file(path);
    await file.save(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength), {
      resumable: false,
      // The sum goes along, and Cloud Storage refuses bytes that differ. The SDK's own check comes too late: it deletes
      // whatever stands at the path by then.
      validation: false,
      metadata: { ...described(context, { contentType, metadata, mark }), md5Hash },
      ...(ifGenerationMatch === undefined ? {} : { preconditionOpts: { ifGenerationMatch } }),
    });
    if (file.metadata.md5Hash === md5Hash) return;
    throw Object.assign(new Error('the stored bytes differ from the ones sent'), { code: 'CHECKSUM_DIFFERS' });
  });
}

export async function copyObject(context: BucketContext, from: string, to: string): Promise<void> {
  for (let triesLeft = COPY_TRIES; ; triesLeft--) {
    const source = await findMetadata(context, from);
    if (!source) throw new PlatformError('missing', `there is no object "${from}"`);
    try {
      return await copyVersion(context, source, { from, to });
    } catch (error) {
      if (!isPlatformError(error, 'missing') || triesLeft === 1) throw error;
    }
  }
}

/** A copy that names any property has to name them all: it takes nothing over from its source then. */
async function copyVersion(
  context: BucketContext,
  source: FileMetadata,
  { from, to }: { from: string; to: string },
): Promise<void> {
  const mark = newMark(context);
  const { contentType = 'application/octet-stream' } = source;
  const description = described(context, { contentType, metadata: customMetadata(source), mark });
  await settle(context, to, { what: 'copy to', ifAbsent: false, mark }, async (client, ifGenerationMatch) => {
    await client.file(from, Number(source.generation)).copy(client.file(to), {
      ...description,
      ...(ifGenerationMatch === undefined ? {} : { preconditionOpts: { ifGenerationMatch } }),
    });
  });
}

function described(
  { clock }: BucketContext,
  { contentType, metadata, mark }: { contentType: string; metadata: { readonly [key: string]: string }; mark: string },
) {
  return {
    contentType,
    cacheControl: CACHE_CONTROL,
    customTime: new Date(clock.now()).toISOString(),
    metadata: storedMetadata(metadata, mark),
  };
}

interface Write {
  /** For messages. */
  readonly what: string;
  readonly ifAbsent: boolean;
  readonly mark: string;
  /** Of the bytes sent; a copy sends none. */
  readonly md5Hash?: string;
}

/**
 * Sends a write until it is known what became of it. The first try of a replacing write carries no precondition, so
 * that it costs no look and never loses against others; each later one replaces exactly what the look has found.
 */
function settle(
  context: BucketContext,
  path: string,
  { what, ifAbsent, mark, md5Hash }: Write,
  send: (client: StorageClient, ifGenerationMatch: number | undefined) => Promise<void>,
): Promise<'created' | 'exists'> {
  let condition = ifAbsent ? 0 : undefined;
  let unsure = false;
  return context.attempts({ what, path, limitMs: WRITE_LIMIT_MS }, async () => {
    if (unsure) {
      const found = await findMetadata(context, path);
      const ours = found?.metadata?.[WRITE_ID] === mark;
      if (ours && (md5Hash === undefined || found.md5Hash === md5Hash)) return 'created';
      if (found && ifAbsent && !ours) return 'exists';
      condition = Number(found?.generation ?? 0);
    }
    try {
      await send(await context.connect(), condition);
      return 'created';
    } catch (error) {
      const fault = faultOf(error);
      const refused = fault?.status === 412;
      if (refused && ifAbsent && !unsure) return 'exists';
      unsure ||= refused || fault?.unsure === true;
      throw error;
    }
  });
}

function newMark({ random }: BucketContext): string {
  return Buffer.from(random.bytes(16)).toString('hex');
}
