/**
 * POST /v1/admin/shops/{id}/webhook-secret/rotate: a new secret for the shop's webhooks, in this answer and nowhere else.
 */
import type { Context } from 'koa';
import { z } from 'zod';
import { ProblemError } from '../../common/errors.ts';
import { rfc3339 } from '../../common/job-face.ts';
import { SHOP_ID } from '../../common/shops.ts';
import { rotateSecret } from '../../common/webhooks/secrets.ts';
import type { Api } from '../api.ts';
import { readOptionalJsonBody } from '../read-json.ts';
import { by } from './acting.ts';
import { reason } from './fields.ts';
import { parameter } from './page.ts';

export const rotateFields = z.strictObject({ reason: reason.optional() });

export async function rotateWebhookSecret(api: Api, ctx: Context): Promise<void> {
  const { reason: why } = await readOptionalJsonBody(ctx, rotateFields);
  const rotated = await rotateSecret(api.engine, parameter(ctx, 'id', SHOP_ID), await by(api, ctx, why));
  if ('refused' in rotated) throw new ProblemError('not_found');
  const [current, before] = rotated.document.webhookSecrets ?? [];
  ctx.set('Cache-Control', 'no-store');
  ctx.body = {
    shop: rotated.document.id,
    secret: rotated.secret,
    createdAt: rfc3339(current?.createdAt ?? api.engine.clock.now()),
    previousUntil: before?.expiresAt === undefined ? undefined : rfc3339(before.expiresAt),
  };
}
