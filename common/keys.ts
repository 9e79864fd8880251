/**
 * API keys: made from 256 random bits, shown once, stored as their SHA-256 alone. The prefix says what a key may be
 * used for and where it may be seen: `sk_` on a shop's server, `pk_` in a storefront's page, `ak_` by an operator.
 */
import { type Acting, type By, change, type Outcome } from './audit.ts';
import type { Random } from './clock.ts';
import { keys, shops } from './collections.ts';
import type { Key, KeyKind, KeyScope } from './documents.ts';
import { sha256 } from './ids.ts';
import type { Store, Transaction } from './platform/store.ts';

const PREFIXES: { readonly [kind in KeyKind]: string } = { server: 'sk_', storefront: 'pk_', admin: 'ak_' };
/** Enough to tell keys apart; 234 of the 256 bits stay unknown. */
const ENDING_LENGTH = 4;
const KEY = /^(sk|pk|ak)_[A-Za-z0-9_-]{43}$/;
const KEY_WITHIN = /(sk|pk|ak)_[A-Za-z0-9_-]{43}/;

/** What a key looks like, in words. */
export const KEY_FORM: { readonly [kind in KeyKind]: string } = {
  server: 'sk_ and 43 letters, digits, _ or -',
  storefront: 'pk_ and 43 letters, digits, _ or -',
  admin: 'ak_ and 43 letters, digits, _ or -',
};

export const DEFAULT_SHOP = 'default';

export const KEY_KINDS = ['server', 'storefront', 'admin'] as const satisfies readonly KeyKind[];
export const KEY_SCOPES = ['read', 'write', 'manage'] as const satisfies readonly KeyScope[];
/** Far more than there are operators. */
const ADMIN_KEYS_MAX = 1_000;

type NotCreated = 'no such shop' | 'origin not listed';

/** A key that somebody wants. */
export type KeyWish = Pick<Key, 'kind' | 'shop' | 'label' | 'scopes' | 'origins' | 'quotaPerDay'>;

export function newKey(kind: KeyKind, random: Random): string {
  return PREFIXES[kind] + Buffer.from(random.bytes(32)).toString('base64url');
}

export function looksLikeKey(text: string): boolean {
  return KEY.test(text);
}

/** Whether a key stands anywhere in the text. */
export function holdsKey(text: string): boolean {
  return KEY_WITHIN.test(text);
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
    if (!(await tx.get(keys, id))) tx.set(keys, { id, kind, shop, createdAt: now, ending: endingOf(key) });
  });
}

/** Whether the key may do what needs the scope; one without scopes may do all that its kind may. */
export function mayUse({ scopes }: Pick<Key, 'scopes'>, scope: KeyScope): boolean {
  return scopes === undefined || scopes.includes(scope);
}

/** The key itself is in this answer and nowhere else. Not idempotent: a key whose answer was lost is to be revoked. */
export async function createKey(
  acting: Acting,
  wish: KeyWish,
  by: By,
): Promise<{ readonly document: Key; readonly key: string } | { readonly refused: NotCreated }> {
  const key = newKey(wish.kind, acting.random);
  const id = sha256(key);
  const document: Key = { ...wish, id, createdAt: acting.clock.now(), ending: endingOf(key) };
  const outcome = await change<Key, NotCreated>(acting, { from: keys, id, by }, async (_, tx) => {
    const refused = await whyNot(tx, wish);
    return refused
      ? { refused }
      : { document, did: { action: 'key.create', target: keyTarget(id), detail: told(wish) } };
  });
  return 'refused' in outcome ? outcome : { ...outcome, key };
}

/**
 * Revoking twice is revoking once. The last admin key that may manage stays: without one nobody could make another, and
 * nobody could revoke one that was stolen.
 */
export async function revokeKey(
  acting: Acting,
  id: string,
  by: By,
): Promise<Outcome<Key, 'missing' | 'last admin key'>> {
  return change(acting, { from: keys, id, by }, async (before, tx) => {
    if (!before) return { refused: 'missing' };
    if (before.revokedAt !== undefined) return { document: before };
    if (manages(before) && !(await anotherManages(tx, id))) return { refused: 'last admin key' };
    const document = { ...before, revokedAt: acting.clock.now() };
    return { document, did: { action: 'key.revoke', target: keyTarget(id), detail: told(before) } };
  });
}

async function whyNot(tx: Transaction, { kind, shop: name, origins = [] }: KeyWish): Promise<NotCreated | undefined> {
  if (kind === 'admin') return undefined;
  const shop = await tx.get(shops, name);
  if (!shop) return 'no such shop';
  return origins.every(origin => shop.origins.includes(origin)) ? undefined : 'origin not listed';
}

function manages(key: Key): boolean {
  return key.kind === 'admin' && key.revokedAt === undefined && mayUse(key, 'manage');
}

async function anotherManages(tx: Transaction, id: string): Promise<boolean> {
  const { items } = await tx.list({ from: keys, where: [['kind', '==', 'admin']], limit: ADMIN_KEYS_MAX });
  return items.some(key => key.id !== id && manages(key));
}

function keyTarget(id: string): string {
  return `keys/${id}`;
}

function told({ kind, shop, label, scopes, origins }: KeyWish): string {
  const facts = [
    `${kind} key${kind === 'admin' ? '' : ` of shop ${shop}`}`,
    label === undefined ? undefined : `"${label}"`,
    scopes && `scopes ${scopes.join(', ')}`,
    origins && `origins ${origins.join(', ')}`,
  ];
  return facts.filter(fact => fact !== undefined).join(', ');
}

function endingOf(key: string): string {
  return key.slice(-ENDING_LENGTH);
}
