/**
 * What Shopify signs when a storefront's page calls through the App Proxy: the query, and nothing else of the request.
 * Source: https://shopify.dev/docs/apps/build/online-store/app-proxies/authenticate-app-proxies
 *
 * The signature covers the parameters joined without a separator, so one text can be split into parameters in several
 * ways: `logged_in_customer_id=7path_prefix=/a/b` is one parameter or two. Therefore only the four parameters that
 * Shopify itself adds are taken, each exactly once and in a form that cannot contain the beginning of another one. An
 * unknown parameter is refused and not passed over: its value could swallow whatever does not fit, and then the page,
 * which chooses names and values of its own, could have a text signed that reads as another customer's call.
 *
 * The same call may come again within its 90 seconds. It opens another session of the same customer, which whoever holds
 * the call could have opened anyway; no memory of calls is kept for that.
 */
import { createHmac, timingSafeEqual } from 'node:crypto';
import type { ShopifyShop } from '../../common/documents.ts';
import { SHOPIFY_DOMAIN } from '../../common/shops.ts';

export type Parameters = readonly (readonly [name: string, value: string])[];

const SIGNED = ['logged_in_customer_id', 'path_prefix', 'shop', 'timestamp'] as const;
const SIGNATURE = /^[0-9a-f]{64}$/;
const CUSTOMER_ID = /^\d{0,20}$/;
/** Seconds since 1970, as Shopify writes them; what `Number` would take besides is refused. */
const TIMESTAMP = /^[1-9]\d{0,11}$/;
const TOLERANCE_S = 90;

export function parametersOf(query: string): Parameters {
  return [...new URLSearchParams(query)];
}

/** Whose secret the call has to be signed with; undefined unless exactly one well-formed domain is named. */
export function shopDomainOf(parameters: Parameters): string | undefined {
  const domain = only(parameters, 'shop');
  return domain !== undefined && SHOPIFY_DOMAIN.test(domain) ? domain : undefined;
}

/** The customer whom Shopify vouches for, '' when nobody is logged in; undefined for a call that is not to be trusted. */
export function signedCustomer(parameters: Parameters, shop: ShopifyShop, nowMs: number): string | undefined {
  const signature = only(parameters, 'signature');
  const signed = parameters.filter(([name]) => name !== 'signature');
  if (signature === undefined || !isSignatureOf(signed, signature, shop.secret)) return undefined;
  if (signed.length !== SIGNED.length || SIGNED.some(name => only(signed, name) === undefined)) return undefined;
  const { logged_in_customer_id: customer, path_prefix, shop: domain, timestamp } = Object.fromEntries(signed);
  const fits = domain === shop.domain && path_prefix === shop.pathPrefix && isRecent(timestamp ?? '', nowMs);
  return fits && CUSTOMER_ID.test(customer ?? '-') ? customer : undefined;
}

/** Parameters of one name become one, their values joined by commas; then all are put in the order of their bytes. */
export function signedText(parameters: Parameters): string {
  const byName = Map.groupBy(parameters, ([name]) => name);
  const texts = [...byName].map(([name, same]) => `${name}=${same.map(([, value]) => value).join(',')}`);
  return texts.sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b))).join('');
}

function isSignatureOf(parameters: Parameters, signature: string, secret: string): boolean {
  if (secret === '' || !SIGNATURE.test(signature)) return false;
  const expected = createHmac('sha256', secret).update(signedText(parameters)).digest();
  return timingSafeEqual(expected, Buffer.from(signature, 'hex'));
}

function isRecent(timestamp: string, nowMs: number): boolean {
  return TIMESTAMP.test(timestamp) && Math.abs(Math.floor(nowMs / 1_000) - Number(timestamp)) <= TOLERANCE_S;
}

/** The value of a parameter that is there exactly once. */
function only(parameters: Parameters, name: string): string | undefined {
  const found = parameters.filter(([other]) => other === name);
  return found.length === 1 ? found[0]?.[1] : undefined;
}
