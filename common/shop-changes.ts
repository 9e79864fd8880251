/**
 * What changed of a shop, in a sentence for the audit. Of the Shopify secret it tells that it changed and nothing else.
 */
import type { Shop } from './documents.ts';

/** Empty when nothing did. `before` is undefined for a new shop. */
export function shopChanges(before: Shop | undefined, after: Shop): string {
  const [old, now] = [before ? factsOf(before) : {}, factsOf(after)];
  const changes = Object.entries(now).flatMap(([field, value]) => {
    const was = old[field] ?? NONE;
    if (was === value) return [];
    return [was === NONE ? `${field}: ${value}` : `${field}: ${was} → ${value}`];
  });
  return [...changes, ...secretChange(before?.shopify?.secret, after.shopify?.secret)].join('; ');
}

const NONE = 'none';

function factsOf({ name, origins, shopify, quotaPerDay, budgetMicroUsdPerDay, freePrompts, release }: Shop) {
  const facts: { [field: string]: string } = {
    name,
    origins: origins.join(', ') || NONE,
    'free prompts': freePrompts ? 'yes' : NONE,
    'whole picture': release ?? NONE,
    'pictures a day in named styles': String(quotaPerDay?.named ?? NONE),
    'pictures a day by own prompts': String(quotaPerDay?.custom ?? NONE),
    'budget a day': budgetMicroUsdPerDay === undefined ? NONE : `$${budgetMicroUsdPerDay / 1_000_000}`,
    'Shopify domain': shopify?.domain ?? NONE,
    'Shopify proxy': shopify?.pathPrefix ?? NONE,
  };
  return facts;
}

function secretChange(before: string | undefined, after: string | undefined): string[] {
  if (before === after) return [];
  if (after === undefined) return ['Shopify secret: removed'];
  return [`Shopify secret: ${before === undefined ? 'set' : 'changed'}`];
}
