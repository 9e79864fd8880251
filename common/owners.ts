/**
 * Who a job belongs to, as an id that tells nobody who it is. Its first part is the same for all owners of a shop, so
 * that a shop's server key is told from the public face alone, without a second read.
 */
import { pseudonym } from './ids.ts';
import type { Owner } from './job.ts';

const SHOP_LENGTH = 10;
const OWNER_LENGTH = 22;

/** Customer, else session, else the shop itself. */
export function ownerUid(secret: Uint8Array, shop: string, owner: Owner): string {
  const [kind, who] =
    owner.customer !== undefined
      ? ['customer', owner.customer]
      : owner.session !== undefined
        ? ['session', owner.session]
        : ['shop', shop];
  return shopUid(secret, shop) + pseudonym(secret, ['owner', shop, kind, who]).slice(0, OWNER_LENGTH);
}

export function belongsToShop(uid: string, secret: Uint8Array, shop: string): boolean {
  return uid.startsWith(shopUid(secret, shop));
}

function shopUid(secret: Uint8Array, shop: string): string {
  return pseudonym(secret, ['shop', shop]).slice(0, SHOP_LENGTH);
}
