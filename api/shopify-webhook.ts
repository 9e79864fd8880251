/**
 * POST /v1/shopify/webhooks: what Shopify tells of the shop itself. A sale keeps the pictures that its lines name.
 */
import type { Context } from 'koa';
import { z } from 'zod';
import { jobs, uploads } from '../common/collections.ts';
import type { Engine } from '../common/engine.ts';
import { ProblemError } from '../common/errors.ts';
import { JOB_ID } from '../common/ids.ts';
import { order } from '../common/jobs/order.ts';
import { orderPhoto } from '../common/kept-photos/order.ts';
import { UPLOAD_ID } from '../common/uploads.ts';
import type { Api } from './api.ts';
import type { CallerOf } from './auth/caller.ts';
import { hearPrivacy, isPrivacyTopic } from './customers/shopify-privacy.ts';

/** More than an order of pictures has; each costs a transaction. */
const PICTURES_MAX = 100;

const text = z.union([z.string().max(1_000), z.number()]).transform(String);
const sale = z.object({
  id: text.pipe(z.string().regex(/^\d{1,20}$/)),
  line_items: z.array(
    z.object({ properties: z.array(z.object({ name: z.string(), value: z.unknown() })).nullish() }).loose(),
  ),
});

export async function hearShopify({ engine }: Api, ctx: Context): Promise<void> {
  const { shop, body } = ctx.state.caller as CallerOf<'shopify webhook'>;
  const topic = ctx.get('X-Shopify-Topic');
  if (isPrivacyTopic(topic)) {
    const [domain, id] = [ctx.get('X-Shopify-Shop-Domain'), ctx.get('X-Shopify-Webhook-Id')];
    await hearPrivacy(engine, { shop, domain, topic, id, body });
  }
  if (topic === 'orders/create') await keepSold(engine, shop, parsed(body));
  ctx.set('Cache-Control', 'no-store');
  ctx.status = 204;
}

function parsed(body: Buffer): z.output<typeof sale> {
  try {
    return sale.parse(JSON.parse(body.toString()));
  } catch (error) {
    throw new ProblemError('body_invalid', { detail: 'The body is no order of Shopify.', cause: error });
  }
}

/** A line that names a job of somebody else, or none that there is, is no reason to refuse the order. */
async function keepSold(engine: Engine, shop: string, { id, line_items }: z.output<typeof sale>) {
  const named = line_items.flatMap(({ properties }) => properties ?? []).map(({ value }) => String(value));
  const ours = [...new Set(named)].filter(value => JOB_ID.test(value) || UPLOAD_ID.test(value));
  for (const what of ours.slice(0, PICTURES_MAX)) {
    const ordered = await (JOB_ID.test(what) ? orderJob : orderUpload)(engine, { what, shop, orderId: id });
    if (ordered.kind !== 'ordered') engine.log.warn('sold picture not kept', { jobId: what, reason: ordered.kind });
  }
}

interface Line {
  readonly what: string;
  readonly shop: string;
  readonly orderId: string;
}

async function orderJob(engine: Engine, { what, shop, orderId }: Line): Promise<{ readonly kind: string }> {
  const job = await engine.store.get(jobs, what);
  return job?.shop === shop ? order(engine, what, orderId) : { kind: 'missing' };
}

/** An order without a picture: its photo is kept, and waits for somebody to have it drawn. */
async function orderUpload(engine: Engine, { what, shop, orderId }: Line): Promise<{ readonly kind: string }> {
  const upload = await engine.store.get(uploads, what);
  return upload?.shop === shop ? orderPhoto(engine, what, orderId) : { kind: 'missing' };
}
