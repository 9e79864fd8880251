/**
 * What somebody has asked for about a person's data: that everything of a customer, or of a shop, be erased, or that what
 * is held of a customer be handed over. `privacyRequests/{id}` is the proof that it was asked for and done; it names the
 * customer only for as long as that is needed.
 */
import { pseudonym } from '../ids.ts';
import { ownerUid } from '../owners.ts';
import type { Document } from '../platform/store.ts';

export const PRIVACY_KINDS = ['erase-customer', 'erase-shop', 'hand-over'] as const;
export type PrivacyKind = (typeof PRIVACY_KINDS)[number];
/** `open` waits for a person, `running` for tasks. */
export const PRIVACY_STATES = ['open', 'running', 'done'] as const;
export type PrivacyState = (typeof PRIVACY_STATES)[number];
export const PRIVACY_SOURCES = ['server', 'operator', 'shopify'] as const;
export type PrivacySource = (typeof PRIVACY_SOURCES)[number];

export interface PrivacyRequest extends Document {
  readonly v: number;
  readonly kind: PrivacyKind;
  readonly state: PrivacyState;
  readonly shop: string;
  readonly asked: PrivacySource;
  /** Of a customer: the owner of their jobs, as an id that tells nobody who it is. */
  readonly ownerUid?: string;
  /** As the shop names the customer; gone when the request is done. */
  readonly customer?: string;
  /** The shop's orders that are concerned beside the customer's jobs; gone when the request is done. */
  readonly orderIds?: readonly string[];
  /** The messages that asked for it, so that one which comes again asks for nothing. */
  readonly messages?: readonly string[];
  /** Jobs that were there when it was asked for. */
  readonly total: number;
  /** Where the present pass over a shop's jobs or orders goes on, and how many of them it had to act on so far. */
  readonly pass?: { readonly after?: string; readonly acted: number };
  /** Jobs of orders, or of a shop, that were erased. */
  readonly erased: number;
  /** Makes the names of its tasks unique. */
  readonly dispatch: number;
  readonly nextCheckAt?: number;
  /** When it was asked for, the latest time. */
  readonly createdAt: number;
  readonly doneAt?: number;
  readonly expireAt: number;
}

export const PRIVACY_ID = /^prv_[a-z0-9]{26}$/;
/** Whom a job without an owner belongs to: nobody is known by this name. */
export const NOBODY = 'erased';

interface Named {
  readonly idSecret: Uint8Array;
}

/** One for each owner: whoever asks again finds it. */
export function erasureId(ownersUid: string): string {
  return `prv_${ownersUid}`;
}

export function customerErasureId({ idSecret }: Named, shop: string, customer: string): string {
  return erasureId(ownerUid(idSecret, shop, { customer }));
}

export function shopErasureId({ idSecret }: Named, shop: string): string {
  return `prv_${pseudonym(idSecret, ['erase-shop', shop])}`;
}

/** One for each message of Shopify that asks for it. */
export function handOverId({ idSecret }: Named, shop: string, message: string): string {
  return `prv_${pseudonym(idSecret, ['hand-over', shop, message])}`;
}
