/**
 * Whether everything of an owner is being erased at this moment. What a customer's data is admitted by asks within its own
 * transaction: it is either there before the erasure looks, or is refused, so that none slips in behind the look.
 */
import { privacyRequests } from '../documents.ts';
import type { Owner } from '../job.ts';
import type { Store } from '../platform/store.ts';
import { erasureId } from './privacy-request.ts';

/** Only customers are erased as such: nobody else costs the look. */
export async function isErasing(
  reading: Pick<Store, 'get'>,
  { owner, ownerUid }: { readonly owner: Owner; readonly ownerUid: string },
): Promise<boolean> {
  return owner.customer !== undefined && (await isErasingOwner(reading, ownerUid));
}

export async function isErasingOwner(reading: Pick<Store, 'get'>, ownerUid: string): Promise<boolean> {
  return (await reading.get(privacyRequests, erasureId(ownerUid)))?.state === 'running';
}
