/**
 * What a submit asks for, completed with defaults and checked: all of a submission but its photo, which may still be at
 * somebody else's address.
 */

import type { Context } from 'koa';
import { styles } from '../common/documents.ts';
import { ProblemError } from '../common/errors.ts';
import { derivedId, digestOf, newId, sha256 } from '../common/ids.ts';
import type { Submission } from '../common/jobs/submission.ts';
import { cannotDraw } from '../common/models.ts';
import { ownerUid } from '../common/owners.ts';
import { generationKey } from '../common/picture.ts';
import { type Pool, scopesOf } from '../common/quota.ts';
import { resolveStyleId, type Style } from '../common/styles.ts';
import { traceIn } from '../common/trace.ts';
import type { Api } from './api.ts';
import { checkPhoto } from './check-photo.ts';
import { refuseField } from './field-errors.ts';
import { ownerOf, shopperOf } from './owner-of.ts';
import type { SubmitFields } from './submit-fields.ts';
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
/** What a wish without a named style is drawn with. */
const CUSTOM = { aspectRatio: '4:5', size: '1K', minSidePx: 256, model: 'default' };

/** Throws the refusal that fits. `key` is the Idempotency-Key. */
export async function prepareSubmit(
  api: Api,
  ctx: Context,
  fields: SubmitFields,
  key: string | undefined,
): Promise<Prepared> {
  const { settings, clock, random } = api.engine;
  const shopper = shopperOf(ctx);
  if (shopper.kind === 'session' && fields.customerId !== undefined) {
    refuseField('customerId', 'only a server key may name the customer');
  }
  const terms = await termsOf(api, shopper);
  if (shopper.kind === 'session' && fields.prompt !== undefined && !terms.freePrompts) {
    throw new ProblemError('prompt_not_allowed');
  }
  const { wish, pool, minSidePx } = await wishOf(api, fields);
  const webhook = await webhookOf(api, shopper, fields);

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

/** The wish completed with the defaults of its style, and checked against what the model can draw. */
async function wishOf(api: Api, fields: SubmitFields) {
  const style = fields.style === undefined ? undefined : await findStyle(api, fields.style);
  const base = style ?? CUSTOM;
  const options = {
    aspectRatio: fields.options?.aspectRatio ?? base.aspectRatio,
    size: fields.options?.size ?? base.size,
    variation: fields.options?.variation ?? 0,
  };
  const model = base.model === 'default' ? api.defaultModel : base.model;
  const entry = api.engine.catalogue.get(model);
  const obstacle = entry ? cannotDraw(entry, options) : `the model ${model} is not in the catalogue`;
  if (obstacle !== undefined) throw new ProblemError('option_unsupported', { detail: obstacle });
  const pool: Pool = style?.pool ?? 'custom';
  const named = style ? { style: style.id, styleVersion: style.version } : {};
  return {
    wish: { ...named, prompt: style?.prompt ?? fields.prompt ?? '', options, model },
    pool,
    minSidePx: base.minSidePx,
  };
}

async function findStyle(api: Api, name: string): Promise<Style> {
  const style = await api.engine.store.get(styles, resolveStyleId(name));
  if (!style)
    throw new ProblemError('style_unknown', { detail: `There is no style "${name}". GET /v1/styles lists them.` });
  if (!style.enabled) throw new ProblemError('style_disabled');
  return style;
}

function sorted(metadata: SubmitFields['metadata']): [string, string][] | null {
  return metadata === undefined ? null : Object.entries(metadata).sort(([a], [b]) => (a < b ? -1 : 1));
}
