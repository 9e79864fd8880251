/**
 * GET /v1/customers/{id}/export: all that is held of a customer, a line of JSON each. Written as it is read, so that
 * neither side holds more than a page; the last line says whether that was all, or where to go on.
 */
import type { Context } from 'koa';
import { z } from 'zod';
import { recordExport } from '../../common/privacy/hand-over.ts';
import { actingKey, actorOf } from '../admin/acting.ts';
import { shopId } from '../admin/fields.ts';
import type { Api } from '../api.ts';
import { parseQuery } from '../query.ts';
import { takesMore } from '../takes-more.ts';
import { customerOf } from './customer-of.ts';
import { exportedCustomer, exportedParts, type Part, readCursor } from './exported.ts';

/** Cloud Run ends a request after 60 s, and the command line waits for half of that: better to end before, between two lines. */
const STREAM_MAX_MS = 20_000;

export const exportQuery = z.strictObject({
  shop: shopId.optional(),
  orderIds: z
    .string()
    .regex(/^[\x21-\x2b\x2d-\x7e]{1,100}(,[\x21-\x2b\x2d-\x7e]{1,100})*$/)
    .max(20_000)
    .transform(text => text.split(','))
    .optional(),
  cursor: z.string().max(2_048).optional(),
});

export async function exportCustomer(api: Api, ctx: Context): Promise<void> {
  const { shop, orderIds = [], cursor } = parseQuery(ctx, exportQuery);
  const customer = await customerOf(api, ctx, shop);
  const from = readCursor(cursor);
  const actor = actorOf(await actingKey(api, ctx));
  const end = api.exportLimit.begin(customer.shop);
  try {
    if (cursor === undefined && ctx.method === 'GET') await recordExport(api.engine, customer, { actor });
    ctx.set({ 'Content-Type': 'application/x-ndjson; charset=utf-8', 'Cache-Control': 'private, no-store' });
    ctx.set('Content-Disposition', 'attachment; filename="customer.ndjson"');
    ctx.status = 200;
    // The first part is read while a fault still has an answer of its own.
    const parts = exportedParts(api, { ...customer, orderIds }, from);
    const first = await parts.next();
    const head = cursor === undefined ? [await exportedCustomer(api, customer)] : [];
    // Written past Koa, for which a client that goes away in the middle of an answer is an error.
    ctx.respond = false;
    if (ctx.method !== 'HEAD') await write(api, ctx, { head, first, parts });
    ctx.res.end();
  } catch (error) {
    if (ctx.respond !== false) throw error;
    api.engine.log.warn('export ends early', { error });
    ctx.res.destroy();
  } finally {
    end();
  }
}

interface Export {
  readonly head: readonly object[];
  readonly first: IteratorResult<Part>;
  readonly parts: AsyncGenerator<Part>;
}

async function write(api: Api, ctx: Context, { head, first, parts }: Export): Promise<void> {
  const { res } = ctx;
  const startedAt = api.engine.clock.now();
  const put = async (line: object) => {
    if (!res.destroyed && !res.write(`${JSON.stringify(line)}\n`)) await takesMore(res);
  };
  for (const line of head) await put(line);
  for (let part = first; !part.done; part = await parts.next()) {
    for (const line of part.value.lines) await put(line);
    if (res.destroyed) return;
    const { next } = part.value;
    const isOver = api.engine.clock.now() - startedAt >= STREAM_MAX_MS || api.closing.aborted;
    if (isOver && next !== undefined) return put({ type: 'end', complete: false, next });
  }
  await put({ type: 'end', complete: true });
}
