/**
 * What may be set of a shop, as options of `easel shops create` and `set`, and the request made of them. `none` takes a
 * value away.
 */
import { readFile } from 'node:fs/promises';
import type { ShopAnswer } from './admin-answers.ts';
import type { Call, OptionSpecs } from './command.ts';
import { type Fact, factLines } from './facts.ts';
import { usageFault } from './faults.ts';
import { dollars } from './job-text.ts';
import { dollarsOf, given, REASON } from './operator-options.ts';
import { momentText } from './time-text.ts';

export const SHOP_OPTIONS: OptionSpecs = {
  name: { value: 'text', help: 'what operators call it' },
  origin: { value: 'origin', multiple: true, help: 'where its pages are, such as https://shop.example; all of them' },
  'free-prompts': { value: 'yes|no', help: "whether a shopper's browser may send a prompt" },
  release: {
    value: 'open|on-order',
    help: 'when a shopper may have the whole picture: at once, or once it is ordered',
  },
  'quota-named': { value: 'n', help: 'pictures a day and shopper in named styles' },
  'quota-custom': { value: 'n', help: 'pictures a day and shopper by own prompts' },
  budget: { value: 'usd', help: 'dollars a day' },
  'shopify-domain': { value: 'domain', help: 'its Shopify shop, such as pets.myshopify.com' },
  'shopify-path': { value: 'path', help: 'where its App Proxy is mounted (default: /apps/easel)' },
  'shopify-secret-file': { value: 'file', help: 'a file with the secret of the Shopify app' },
  reason: REASON,
};

const NONE = 'none';

/** Throws a usage fault. The secret comes from a file: what stands in a command line, others can read. */
export async function shopBody({ options }: Pick<Call, 'options'>): Promise<{ [name: string]: unknown }> {
  const origins = options.texts('origin');
  return given({
    name: options.text('name'),
    origins: origins.length === 0 ? undefined : origins.filter(origin => origin !== NONE),
    freePrompts: yesOrNo(options.text('free-prompts')),
    release: options.text('release'),
    quotaPerDay: whole({ named: count(options, 'quota-named'), custom: count(options, 'quota-custom') }),
    budgetUsdPerDay: orNone(options.text('budget'), text => dollarsOf('budget', text)),
    shopify: await shopifyOf(options),
    reason: options.text('reason'),
  });
}

/** The shop that the first argument names. Throws a usage fault for what could not be part of an address. */
export function shopPath({ args }: Pick<Call, 'args'>): string {
  const [id = ''] = args;
  if (/^[\w-]{1,63}$/.test(id)) return `/v1/admin/shops/${id}`;
  throw usageFault(`"${id}" is no shop's id.`, '"easel shops list" lists them.');
}

export function printShop({ out, now, json }: Pick<Call, 'out' | 'now' | 'json'>, shop: ShopAnswer): void {
  if (json) out.line(JSON.stringify(shop, null, 2));
  else for (const line of shopLines(shop, { out, now })) out.line(line);
}

function shopLines(shop: ShopAnswer, { out, now }: Pick<Call, 'out' | 'now'>): string[] {
  const { origins, quotaPerDay: quota, budgetUsdPerDay: budget, shopify } = shop;
  const facts: Fact[] = [
    ['name', shop.name],
    ['origins', origins.join(', ') || NONE],
    ['free prompts', shop.freePrompts ? 'yes' : 'no'],
    ['whole picture', shop.release === 'on-order' ? 'once it is ordered' : 'at once'],
    ['pictures a day', `${quota?.named ?? 'as usual'} in named styles, ${quota?.custom ?? 'as usual'} by own prompts`],
    ['budget', budget === undefined ? "only the service's" : `${dollars(budget)} a day`],
    ['Shopify', shopify ? `${shopify.domain}, ${shopify.pathPrefix}, secret ${shopify.secret}` : 'not connected'],
    ['webhooks', `secret ${shop.webhookSecret ?? 'not known'}`],
    ['created', momentText(Date.parse(shop.createdAt), now())],
    ['changed', momentText(Date.parse(shop.updatedAt), now())],
  ];
  return [out.paint.bold(shop.id), ...factLines(facts, out.paint).map(line => `  ${line}`)];
}

async function shopifyOf(options: Call['options']) {
  const domain = options.text('shopify-domain');
  if (domain === NONE) return null;
  const file = options.text('shopify-secret-file');
  const secret = file === undefined ? undefined : (await readFile(file, 'utf8')).trim();
  return whole({ domain, pathPrefix: options.text('shopify-path'), secret });
}

function count(options: Call['options'], name: string): number | null | undefined {
  return orNone(options.text(name), () => options.integer(name, 0));
}

function orNone<T>(text: string | undefined, read: (text: string) => T): T | null | undefined {
  if (text === undefined) return undefined;
  return text === NONE ? null : read(text);
}

function yesOrNo(text: string | undefined): boolean | undefined {
  if (text === undefined) return undefined;
  if (text === 'yes' || text === 'no') return text === 'yes';
  throw usageFault(`"--free-prompts": expected yes or no, got "${text}".`);
}

/** Undefined where no member is there. */
function whole(members: { readonly [name: string]: unknown }): { [name: string]: unknown } | undefined {
  const there = given(members);
  return Object.keys(there).length === 0 ? undefined : there;
}
