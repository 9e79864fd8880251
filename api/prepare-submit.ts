/**
 * What a submit asks for, completed with defaults and checked: all of a submission but its photo, which may still be at
 * somebody else's address.
 */

import type { Context } from 'koa';
import { checkPhoto } from '../common/check-photo.ts';
import { ProblemError } from '../common/errors.ts';
import { refuseField } from '../common/field-errors.ts';
import { derivedId, digestOf, newId, sha256 } from '../common/ids.ts';
import type { Submission } from '../common/jobs/submission.ts';
import { ownerUid } from '../common/owners.ts';
import { generationKey } from '../common/picture.ts';
import { type Pool, scopesOf } from '../common/quota.ts';
import type { SubmitFields } from '../common/submit-fields.ts';
import { traceIn } from '../common/trace.ts';
import { findStyle, resolveWish } from '../common/wish.ts';
import type { Api } from './api.ts';
import { ownerOf, shopperOf } from './owner-of.ts';
import { termsOf } from './terms.ts';
import { webhookOf } from './webhook-of.ts';

export interface Prepared {
  readonly pool: Pool;
  readonly base: Omit<Submission, 'requestHash' | 'generationKey' | 'input'>;
  /** Tells a repeat under an Idempotency-Key from another request: the photo counts by its digest, or by its address. */
  requestHash(photo: string | { readonly url: string }): string;
  /** The submission with these bytes. Throws what `checkPhoto` throws. */
  withPhoto(photo: Buffer, requestHash?: string): Submission;
}

const ROUTE = 'POST /v1/jobs';

/** Throws the refusal that fits. `key` is the Idempotency-Key. */
export async function prepareSubmit(
  api: Api,
  ctx: Context,
  fields: SubmitFields,
  key: string | undefined,
): Promise<Prepared> {
  const { engine } = api;
  const { settings, clock, random } = engine;
  const shopper = shopperOf(ctx);
  if (shopper.kind === 'session' && fields.customerId !== undefined) {
    refuseField('customerId', 'only a server key may name the customer');
  }
  const terms = await termsOf(api, shopper);
  if (shopper.kind === 'session' && fields.prompt !== undefined && !terms.freePrompts) {
    throw new ProblemError('prompt_not_allowed');
  }
  const { wish, pool, minSidePx } = await resolveWish(engine, fields, {
    defaultModel: api.defaultModel,
    styleOf: name => findStyle(engine, name),
  });
  const webhook = await webhookOf(api, shopper, fields.webhook);

  const { shop } = shopper;
  const owner = ownerOf(ctx, shopper, settings, fields.customerId);
  const uid = ownerUid(settings.idSecret, shop, owner);
  const { customId, metadata } = fields;
  const trace = traceIn(ctx.get('traceparent'));
  const id =
    key === undefined ? newId('job', clock, random) : derivedId('job', settings.idSecret, [shop, uid, ROUTE, key]);
  const base: Prepared['base'] = {
    id,
    repeatable: key !== undefined,
    ...wish,
    shop,
    owner,
    ownerUid: uid,
    lane: 'interactive',
    scopes: scopesOf(shop, owner, pool, terms, clock.now()),
    ...(customId !== undefined ? { customId } : {}),
    ...(metadata !== undefined ? { metadata } : {}),
    ...(webhook !== undefined ? { webhook } : {}),
    ...(trace !== undefined ? { trace } : {}),
  };
  const { styleVersion: _, prompt, ...asked } = wish;
  const requestHash: Prepared['requestHash'] = photo =>
    digestOf([
      asked,
      wish.style ?? prompt,
      customId ?? null,
      sorted(metadata),
      photo,
      ...(webhook ? [webhook.url] : []),
    ]);

  return {
    pool,
    base,
    requestHash,
    withPhoto(bytes, hash) {
      const { contentType } = checkPhoto(bytes, { minSidePx });
      const inputSha256 = sha256(bytes);
      return {
        ...base,
        requestHash: hash ?? requestHash(inputSha256),
        generationKey: generationKey({ ...wish, ownerUid: uid, inputSha256 }, wish.model),
        input: { bytes, sha256: inputSha256, contentType },
      };
    },
  };
}

function sorted(metadata: SubmitFields['metadata']): [string, string][] | null {
  return metadata === undefined ? null : Object.entries(metadata).sort(([a], [b]) => (a < b ? -1 : 1));
}
