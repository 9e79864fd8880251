/**
 * GET /v1/admin/batches: a shop's batches, newest first. How the jobs of one stand is asked of `GET /v1/batches/{id}`.
 */
import type { Context } from 'koa';
import { z } from 'zod';
import type { Batch } from '../../common/batches/batch.ts';
import { batches } from '../../common/collections.ts';
import { rfc3339 } from '../../common/job-face.ts';
import { DEFAULT_SHOP } from '../../common/keys.ts';
import type { Api } from '../api.ts';
import { parseQuery } from '../query.ts';
import { shopId } from './fields.ts';
import { nextCursor, pageFields, readPage } from './page.ts';

export const batchesQuery = z.strictObject({ shop: shopId.default(DEFAULT_SHOP), ...pageFields });

export async function listBatches({ engine }: Api, ctx: Context): Promise<void> {
  const { shop, ...asked } = parseQuery(ctx, batchesQuery);
  const query = { from: batches, where: [['shop', '==', shop]], orderBy: ['createdAt', 'desc'] } as const;
  const page = await readPage(engine.store, query, asked);
  ctx.set('Cache-Control', 'no-store');
  ctx.body = { batches: page.items.map(viewLine), ...nextCursor(page) };
}

function viewLine({ id, shop, kind, lane, total, customId, createdAt, cancelRequestedAt }: Batch) {
  return {
    ...{ id, shop, kind, lane, total, customId },
    createdAt: rfc3339(createdAt),
    cancelRequested: cancelRequestedAt === undefined ? undefined : true,
  };
}
