/**
 * Whether everything of an owner is being erased at this moment. What a customer's data is admitted by asks within its own
 * transaction: it is either there before the erasure looks, or is refused, so that none slips in behind the look. Nor does
 * what came in before the erasure was asked for and was held up until it was done.
 */
import { privacyRequests } from '../collections.ts';
import type { Owner } from '../job.ts';
import type { Store } from '../platform/store.ts';
import { erasureId } from './privacy-request.ts';

/**
 * Only customers are erased as such: nobody else costs the look.
 * @param since When the request came in that brings the data, ms since 1970.
 */
export async function isErasing(
  reading: Pick<Store, 'get'>,
  { owner, ownerUid }: { readonly owner: Owner; readonly ownerUid: string },
  since: number,
): Promise<boolean> {
  return owner.customer !== undefined && (await isErasingOwner(reading, ownerUid, since));
}

export async function isErasingOwner(reading: Pick<Store, 'get'>, ownerUid: string, since: number): Promise<boolean> {
  const request = await reading.get(privacyRequests, erasureId(ownerUid));
  return request !== undefined && (request.state === 'running' || since < request.createdAt);
}
