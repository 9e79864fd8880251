/**
 * Who a job belongs to, as an id that tells nobody who it is.
 */
import { pseudonym } from './ids.ts';
import type { Owner } from './job.ts';

/** Customer, else session, else the shop itself. */
export function ownerUid(secret: Uint8Array, shop: string, owner: Owner): string {
  const [kind, who] =
    owner.customer !== undefined
      ? ['customer', owner.customer]
      : owner.session !== undefined
        ? ['session', owner.session]
        : ['shop', shop];
  return pseudonym(secret, ['owner', shop, kind, who]);
}
