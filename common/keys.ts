/**
 * API keys: made from 256 random bits, shown once, stored as their SHA-256 alone. The prefix says what a key may be
 * used for and where it may be seen: `sk_` on a shop's server, `pk_` in a storefront's page, `ak_` by an operator.
 */
import type { Random } from './clock.ts';
import { type Key, type KeyKind, keys } from './documents.ts';
import { sha256 } from './ids.ts';
import type { Store } from './platform/store.ts';

const PREFIXES: { readonly [kind in KeyKind]: string } = { server: 'sk_', storefront: 'pk_', admin: 'ak_' };
const KEY = /^(sk|pk|ak)_[A-Za-z0-9_-]{43}$/;

/** What a key looks like, in words. */
export const KEY_FORM: { readonly [kind in KeyKind]: string } = {
  server: 'sk_ and 43 letters, digits, _ or -',
  storefront: 'pk_ and 43 letters, digits, _ or -',
  admin: 'ak_ and 43 letters, digits, _ or -',
};

export const DEFAULT_SHOP = 'default';

export function newKey(kind: KeyKind, random: Random): string {
  return PREFIXES[kind] + Buffer.from(random.bytes(32)).toString('base64url');
}

export function looksLikeKey(text: string): boolean {
  return KEY.test(text);
}

export function isKeyOf(kind: KeyKind, text: string): boolean {
  return looksLikeKey(text) && text.startsWith(PREFIXES[kind]);
}

/** Makes the key known to the store; a key that is known already stays as it is. */
export async function registerKey(
  store: Store,
  key: string,
  { kind, shop, now }: { kind: KeyKind; shop: string; now: number },
): Promise<void> {
  const id = sha256(key);
  await store.transaction(async tx => {
    if (!(await tx.get(keys, id))) tx.set(keys, { id, kind, shop, createdAt: now });
  });
}

export async function findKey(store: Store, key: string): Promise<Key | undefined> {
  const found = await store.get(keys, sha256(key));
  return found?.revokedAt === undefined ? found : undefined;
}
