/**
 * Shopify's App Proxy as its documentation describes it, written from there and not from the code that is tested: what it
 * adds to the query of a call, and how it signs that.
 */
import { createHmac } from 'node:crypto';

export const CONNECTION = {
  domain: 'cats.myshopify.com',
  secret: 'hush-hush-hush-hush',
  pathPrefix: '/apps/easel',
};

export interface ProxyCall {
  /** What time it is for Shopify. */
  readonly now: number;
  /** Instead of, or beside, what Shopify would say of customer 7. */
  readonly changed?: { readonly [name: string]: string };
  readonly secret?: string;
}

/** The headers of a webhook with that body. */
export function signedMessage(body: string, { topic = 'app/uninstalled', secret = CONNECTION.secret } = {}) {
  return {
    'x-shopify-topic': topic,
    'x-shopify-shop-domain': CONNECTION.domain,
    'x-shopify-hmac-sha256': createHmac('sha256', secret).update(body).digest('base64'),
  };
}

export function signedQuery({ now, changed = {}, secret = CONNECTION.secret }: ProxyCall): string {
  const parameters: { [name: string]: string } = {
    shop: CONNECTION.domain,
    logged_in_customer_id: '7',
    path_prefix: CONNECTION.pathPrefix,
    timestamp: String(now / 1_000),
    ...changed,
  };
  const text = Object.entries(parameters)
    .map(([name, value]) => `${name}=${value}`)
    .sort()
    .join('');
  const signature = createHmac('sha256', secret).update(text).digest('hex');
  return `?${new URLSearchParams({ ...parameters, signature })}`;
}
