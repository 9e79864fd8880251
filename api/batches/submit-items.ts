/**
 * POST /v1/batches with many items, for a shop's server: a JSON body with up to 200, lines of NDJSON as the body, or a
 * file that was uploaded before. Lines are put into the bucket as they come, and never held as a whole.
 */
import { createHash } from 'node:crypto';
import type { Context } from 'koa';
import type { Batch } from '../../common/batches/batch.ts';
import { type Candidate, checkItems, refused } from '../../common/batches/check-items.ts';
import { type ItemFields, inlineItemFields } from '../../common/batches/item.ts';
import { LINES_BYTES_MAX } from '../../common/batches/ndjson.ts';
import { inlinePhotoPath, RAW_PART_BYTES, rawPath } from '../../common/batches/parts.ts';
import { nameOf } from '../../common/batches/read-line.ts';
import { decideItems, type NewBatch, type SubmittedItems, submitItems } from '../../common/batches/submit-items.ts';
import { ProblemError } from '../../common/errors.ts';
import { fieldErrors, refuseField } from '../../common/field-errors.ts';
import { derivedId, digestOf, newId } from '../../common/ids.ts';
import { ownerUid } from '../../common/owners.ts';
import { isPlatformError } from '../../common/platform/errors.ts';
import { findUpload } from '../../common/uploads.ts';
import type { Api } from '../api.ts';
import { maySeeUpload, shopperOf } from '../owner-of.ts';
import { parseQuery } from '../query.ts';
import { decodePhoto } from '../read-submit.ts';
import { webhookOf } from '../webhook-of.ts';
import { fileFields, type ItemsAsked, itemsFields, linesQuery } from './items-fields.ts';
import { BATCH_ROUTE } from './prepare-styles.ts';

/** The lines are the body. */
export async function submitLines(api: Api, ctx: Context, key: string | undefined): Promise<SubmittedItems> {
  const { webhook, ...query } = parseQuery(ctx, linesQuery);
  const asked: ItemsAsked = { ...query, ...(webhook === undefined ? {} : { webhook: { url: webhook } }) };
  const batch = await prepareItems(api, ctx, asked, key);
  const early = await decideItems(api.engine, { id: batch.id, shop: batch.shop });
  if (early) return early;
  const { rawParts, sha256 } = await spool(api, ctx, batch);
  return submitItems(api.engine, { ...batch, requestHash: hashOf(asked, ['lines', sha256]) }, { rawParts });
}

/** The lines were uploaded before. */
export async function submitFile(
  api: Api,
  ctx: Context,
  body: Record<string, unknown>,
  key: string | undefined,
): Promise<SubmittedItems> {
  const { file, ...asked } = parse(fileFields, body);
  const batch = await prepareItems(api, ctx, asked, key);
  const requestHash = hashOf(asked, ['file', file.uploadId]);
  const early = await decideItems(api.engine, { id: batch.id, shop: batch.shop, requestHash });
  if (early) return early;
  const upload = await findUpload(api.engine, file.uploadId, found => maySeeUpload(ctx, found));
  if (!upload) throw new ProblemError('upload_unknown');
  if (upload.bytes > LINES_BYTES_MAX) throw new ProblemError('body_too_large');
  try {
    await api.engine.bucket.copy(upload.path, rawPath(batch, 0));
  } catch (error) {
    if (isPlatformError(error, 'missing')) throw new ProblemError('upload_not_done');
    throw error;
  }
  return submitItems(api.engine, { ...batch, requestHash }, { rawParts: 1 });
}

/** A few items, looked at before the answer; each may hold its photo. */
export async function submitJsonItems(
  api: Api,
  ctx: Context,
  body: Record<string, unknown>,
  key: string | undefined,
): Promise<SubmittedItems> {
  const { items, ...asked } = parse(itemsFields, body);
  const batch = await prepareItems(api, ctx, asked, key);
  const requestHash = hashOf(asked, ['items', digestOf(items)]);
  const early = await decideItems(api.engine, { id: batch.id, shop: batch.shop, requestHash });
  if (early) return early;
  const { engine, outbound } = api;
  const checked = await checkItems(
    { ...engine, outbound },
    { ...batch, items: { ...batch.items, rawParts: 0, parts: 0, expanded: 0, spendShards: 0 } },
    items.map(candidateOf),
    async (data, index) => {
      const bytes = decodePhoto(data);
      if (!bytes) throw refused('/image/data', 'expected base64');
      const path = inlinePhotoPath(batch, index);
      await engine.bucket.put(path, bytes, { contentType: 'application/octet-stream' });
      return path;
    },
  );
  return submitItems(engine, { ...batch, requestHash }, { checked });
}

function candidateOf(value: unknown, index: number): Candidate {
  const parsed = inlineItemFields.safeParse(value);
  if (parsed.success) return { line: index + 1, fields: parsed.data satisfies ItemFields };
  return { line: index + 1, error: fieldErrors(parsed.error), ...nameOf(value) };
}

/** Throws the refusal that fits. */
async function prepareItems(
  api: Api,
  ctx: Context,
  { maxCostUsd, onInvalid, lane, deliverBy, customId, metadata, webhook }: ItemsAsked,
  key: string | undefined,
): Promise<Omit<NewBatch, 'requestHash'>> {
  const { settings, clock, random } = api.engine;
  const shopper = shopperOf(ctx);
  if (shopper.kind !== 'server') throw new ProblemError('forbidden');
  const now = clock.now();
  if (deliverBy !== undefined && deliverBy <= now) refuseField('deliverBy', 'expected a time that is to come');
  const told = await webhookOf(api, shopper, webhook);
  const { shop } = shopper;
  const uid = ownerUid(settings.idSecret, shop, {});
  const id =
    key === undefined
      ? newId('batch', clock, random)
      : derivedId('batch', settings.idSecret, [shop, uid, BATCH_ROUTE, key]);
  return {
    ...{ id, shop, owner: {}, ownerUid: uid, createdAt: now },
    token: Buffer.from(random.bytes(8)).toString('hex'),
    items: {
      ...{ onInvalid, defaultModel: api.defaultModel },
      ...(lane !== undefined ? { laneAsked: lane } : {}),
      ...(maxCostUsd !== undefined ? { maxCostMicroUsd: Math.floor(maxCostUsd * 1_000_000) } : {}),
    },
    ...(deliverBy !== undefined ? { deliverBy } : {}),
    ...(customId !== undefined ? { customId } : {}),
    ...(metadata !== undefined ? { metadata } : {}),
    ...(told !== undefined ? { webhook: told } : {}),
  };
}

function hashOf(asked: ItemsAsked, body: readonly string[]): string {
  return digestOf([BATCH_ROUTE, Object.entries(asked).sort(([a], [b]) => (a < b ? -1 : 1)), body]);
}

/** Puts the body into the bucket part by part. Throws `body_too_large`; nothing of it stays then. */
async function spool(
  { engine }: Api,
  ctx: Context,
  batch: Pick<Batch, 'id' | 'token'>,
): Promise<{ rawParts: number; sha256: string }> {
  const digest = createHash('sha256');
  let rawParts = 0;
  let bytes = 0;
  let held: Buffer[] = [];
  let heldBytes = 0;
  const flush = async () => {
    if (heldBytes === 0) return;
    await engine.bucket.put(rawPath(batch, rawParts++), Buffer.concat(held), { contentType: 'application/x-ndjson' });
    held = [];
    heldBytes = 0;
  };
  try {
    if ((ctx.request.length ?? 0) > LINES_BYTES_MAX) throw new ProblemError('body_too_large');
    // The request must survive a refusal, or the client would see a broken connection instead of the answer.
    for await (const chunk of ctx.req.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      if (bytes > LINES_BYTES_MAX) throw new ProblemError('body_too_large');
      digest.update(chunk);
      held.push(chunk);
      heldBytes += chunk.length;
      if (heldBytes >= RAW_PART_BYTES) await flush();
    }
    await flush();
  } catch (error) {
    for (let part = 0; part < rawParts; part++) await engine.bucket.delete(rawPath(batch, part));
    ctx.req.resume();
    if (error instanceof ProblemError || isPlatformError(error)) throw error;
    throw new ProblemError('body_invalid', { detail: 'The body ended before it was complete.', cause: error });
  }
  if (rawParts === 0) throw new ProblemError('body_invalid', { detail: 'Expected at least one line.' });
  return { rawParts, sha256: digest.digest('hex') };
}

function parse<T>(
  schema: {
    safeParse(
      value: unknown,
    ): { success: true; data: T } | { success: false; error: Parameters<typeof fieldErrors>[0] };
  },
  value: unknown,
): T {
  const parsed = schema.safeParse(value);
  if (!parsed.success) throw fieldErrors(parsed.error);
  return parsed.data;
}
