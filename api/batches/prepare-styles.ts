/**
 * What a batch of styles asks for, each style completed and checked as a submit of its own, with one id and one owner.
 */
import type { Context } from 'koa';
import { childId } from '../../common/batches/child-id.ts';
import type { StylesSubmission } from '../../common/batches/submit-styles.ts';
import { refuseField } from '../../common/field-errors.ts';
import { derivedId, digestOf, newId } from '../../common/ids.ts';
import type { Pool, Scope } from '../../common/quota.ts';
import type { Api } from '../api.ts';
import { type Prepared, prepareSubmit } from '../prepare-submit.ts';
import type { StylesFields } from './styles-fields.ts';

export const BATCH_ROUTE = 'POST /v1/batches';

export interface PreparedStyles {
  /** What the rate limit's headers tell of. */
  readonly quota: { readonly pool: Pool; readonly scopes: readonly Scope[] };
  /** To which pool a scope belongs. */
  readonly poolOf: (scope: Scope) => Pool;
  readonly base: Omit<StylesSubmission, 'requestHash' | 'items'>;
  requestHash(photo: string | { readonly url: string }): string;
  /** Throws what `checkPhoto` throws. */
  withPhoto(photo: Buffer, requestHash?: string): StylesSubmission;
}

/** Throws the refusal that fits. `key` is the Idempotency-Key. */
export async function prepareStyles(
  api: Api,
  ctx: Context,
  { styles, partial, ...fields }: StylesFields,
  key: string | undefined,
): Promise<PreparedStyles> {
  const { settings, clock, random } = api.engine;
  const prepared = await Promise.all(styles.map(style => prepareSubmit(api, ctx, { ...fields, style }, undefined)));
  const [first] = prepared;
  if (!first) return refuseField('styles', 'expected at least one style');
  refuseTwice(prepared);
  const { shop, owner, ownerUid, lane, scopes } = first.base;
  const id =
    key === undefined
      ? newId('batch', clock, random)
      : derivedId('batch', settings.idSecret, [shop, ownerUid, BATCH_ROUTE, key]);
  const base: PreparedStyles['base'] = {
    ...{ id, repeatable: key !== undefined, createdAt: clock.now(), shop, owner, ownerUid, lane, partial },
    ...(fields.customId !== undefined ? { customId: fields.customId } : {}),
    ...(fields.metadata !== undefined ? { metadata: fields.metadata } : {}),
    ...(first.base.webhook !== undefined ? { webhook: first.base.webhook } : {}),
  };
  const requestHash: PreparedStyles['requestHash'] = photo =>
    digestOf([BATCH_ROUTE, prepared.map(one => one.requestHash(photo)), partial]);
  return {
    quota: { pool: first.pool, scopes },
    poolOf: scope =>
      prepared.find(one => one.base.scopes.some(({ id: name }) => name === scope.id))?.pool ?? first.pool,
    base,
    requestHash,
    withPhoto(photo, hash) {
      const items = prepared.map((one, index) => {
        const item = one.withPhoto(photo, hash);
        // The batch is told of, not each of its jobs.
        const { webhook: told, ...rest } = item;
        return {
          ...rest,
          ...(told ? { batchTold: true } : {}),
          id: childId(settings, base, index),
          batchId: id,
          repeatable: false,
        };
      });
      return { ...base, requestHash: hash ?? requestHash(items[0]?.input.sha256 ?? ''), items };
    },
  };
}

/** Aliases count as what they stand for. */
function refuseTwice(prepared: readonly Prepared[]): void {
  const seen = new Set<string>();
  prepared.forEach(({ base: { style = '' } }, index) => {
    if (seen.has(style)) refuseField(`styles.${index}`, 'this style is asked for twice');
    seen.add(style);
  });
}
