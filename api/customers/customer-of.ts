/**
 * Whose data a request is about: the customer of the path, as their shop names them. A server key speaks for its own shop;
 * an operator names one, or means the first.
 */
import type { Context } from 'koa';
import { z } from 'zod';
import { shops } from '../../common/collections.ts';
import { ProblemError } from '../../common/errors.ts';
import { refuseField } from '../../common/field-errors.ts';
import { DEFAULT_SHOP } from '../../common/keys.ts';
import { ownerUid } from '../../common/owners.ts';
import type { Customer } from '../../common/privacy/forget-owner.ts';
import { shopId } from '../admin/fields.ts';
import type { Api } from '../api.ts';
import type { Caller } from '../auth/caller.ts';

const NAME_MAX = 128;

export const shopQuery = z.strictObject({ shop: shopId.optional() });

export async function customerOf(api: Api, ctx: Context, shop: string | undefined): Promise<Customer> {
  const customer = String((ctx as Context & { params: Record<string, string> }).params.id);
  if (customer.length > NAME_MAX) throw new ProblemError('not_found');
  const theirs = await shopOf(api, ctx.state.caller as Caller, shop);
  return { shop: theirs, customer, ownerUid: ownerUid(api.engine.settings.idSecret, theirs, { customer }) };
}

async function shopOf({ engine }: Api, caller: Caller, shop: string | undefined): Promise<string> {
  if (caller.kind === 'server') {
    if (shop !== undefined && shop !== caller.shop) refuseField('shop', 'expected the shop of this key, or none');
    return caller.shop;
  }
  if (shop === undefined || shop === DEFAULT_SHOP) return DEFAULT_SHOP;
  if (!(await engine.store.get(shops, shop))) refuseField('shop', 'there is no such shop');
  return shop;
}
