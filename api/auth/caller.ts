/**
 * Who is asking. A route names the callers it serves; everybody else is refused before the route's code runs.
 */
export type Caller =
  /** A shop's own server: acts for any of its shoppers. */
  | { readonly kind: 'server'; readonly shop: string }
  /** The publishable key of a storefront: good for opening sessions alone. */
  | { readonly kind: 'storefront'; readonly shop: string }
  /** One shopper's browser. */
  | { readonly kind: 'session'; readonly shop: string; readonly session: string; readonly customer?: string }
  /** An operator. */
  | { readonly kind: 'admin' };

export type CallerKind = Caller['kind'];
export type CallerOf<K extends CallerKind> = Extract<Caller, { kind: K }>;
