/**
 * Who is asking. A route names the callers it serves; everybody else is refused before the route's code runs.
 */
import type { Key } from '../../common/documents.ts';

export type Caller =
  /** A shop's own server: acts for any of its shoppers. */
  | { readonly kind: 'server'; readonly shop: string; readonly key: Key }
  /** The publishable key of a storefront: good for opening sessions alone. */
  | { readonly kind: 'storefront'; readonly shop: string; readonly key: Key }
  /** One shopper's browser. */
  | ({ readonly kind: 'session' } & SessionCaller)
  /** The same within six days after its end: good for a new token alone. */
  | ({ readonly kind: 'expired session' } & SessionCaller)
  /** A call through the App Proxy of the shop, which vouches for the customer; '' is nobody who is logged in. */
  | { readonly kind: 'shopify'; readonly shop: string; readonly grant: string; readonly customer: string }
  /** Shopify itself, telling its shop's app of something: what it signed is the body. */
  | { readonly kind: 'shopify webhook'; readonly shop: string; readonly body: Buffer }
  /** An operator; `signedInUntil` (ms since 1970) where the browser's cookie says so, and not the key itself. */
  | { readonly kind: 'admin'; readonly key: Key; readonly signedInUntil?: number };

/** What a session's token says, and the key that opened it. */
export interface SessionCaller extends SessionTerms {
  readonly session: string;
  /** By which documents name who asks: see `ownerUid` in common/owners.ts. */
  readonly ownerUid: string;
  /** Absent when Shopify opened it. */
  readonly key?: Key;
}

/** What a session stays bound to, however often its token is renewed. */
export interface SessionTerms {
  readonly shop: string;
  /** Id of the storefront key, or of the Shopify connection, that opened it; the session ends with it. */
  readonly grant: string;
  /** The origin of the page that opened it, where there was one. */
  readonly origin?: string;
  /** As Shopify has signed it. */
  readonly customer?: string;
}

export type CallerKind = Caller['kind'];
export type CallerOf<K extends CallerKind> = Extract<Caller, { kind: K }>;
