/**
 * What a theme says to the component in attributes, and the client that follows from it.
 */
import type { EaselClientOptions } from '../client/types.ts';
import { MODULE_URL } from './module-url.ts';
import type { OrderFormOptions } from './order-form.ts';

export const ATTRIBUTES = [
  'key',
  'api',
  'styles',
  'lang',
  'form',
  'property',
  'transport',
  'firestore-key',
  'proxy',
  'customer',
] as const;
/** Shopify hides line item properties that begin with `_` from the customer. */
const PROPERTY = '_easel';

export interface PortraitSettings {
  readonly api: string;
  /** Ids of the styles to offer, in this order; empty for all. */
  readonly styles: readonly string[];
  readonly lang: string;
  readonly client: EaselClientOptions;
  /** The form that puts the product into the cart; absent where the page sees to the order itself. */
  readonly order?: OrderFormOptions;
  /** Tells services and shoppers apart in this browser's storage. */
  readonly keepName: string;
}

export function readSettings(element: HTMLElement, own: Partial<EaselClientOptions>): PortraitSettings {
  const text = (name: (typeof ATTRIBUTES)[number]) => element.getAttribute(name)?.trim() || undefined;
  // Where the module came from is where the service is, unless the theme says otherwise.
  const api = new URL(text('api') ?? MODULE_URL.origin, document.baseURI).href.replace(/\/+$/, '');
  const customer = text('customer');
  const proxy = text('proxy');
  const apiKey = text('firestore-key');
  const formId = text('form');
  const client: EaselClientOptions = {
    url: api,
    key: text('key') ?? '',
    transport: text('transport') === 'firestore' ? 'firestore' : 'api',
    ...(apiKey === undefined ? {} : { firestore: { apiKey } }),
    ...(proxy === undefined ? {} : { shopify: { proxy, ...(customer === undefined ? {} : { customer }) } }),
    ...own,
  };
  return {
    api,
    styles: (text('styles') ?? '').split(/[\s,]+/).filter(Boolean),
    lang: localeFor(text('lang') ?? element.closest('[lang]')?.getAttribute('lang') ?? 'en'),
    client,
    ...(formId === undefined ? {} : { order: { formId, property: text('property') ?? PROPERTY } }),
    keepName: `easel ${api} ${customer ?? 'guest'} takes`,
  };
}

/** The page's language as it is spoken where the shopper is: times of day are not written alike. */
function localeFor(lang: string): string {
  const isPlain = !lang.includes('-');
  return (isPlain && navigator.languages.find(one => one.toLowerCase().startsWith(`${lang.toLowerCase()}-`))) || lang;
}

/** The theme's own texts: a JSON object in a script element that is no script. */
export function readTexts(element: HTMLElement): { readonly [key: string]: string } {
  const source = element.querySelector('script[type="application/json"]')?.textContent;
  if (!source) return {};
  try {
    const texts: unknown = JSON.parse(source);
    return Object.fromEntries(Object.entries(texts ?? {}).filter(([, text]) => typeof text === 'string'));
  } catch (error) {
    console.warn('<easel-portrait>: its texts are no JSON', error);
    return {};
  }
}
