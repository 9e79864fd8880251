/**
 * A shop's webhook secrets. One signs; while it is being replaced two do, so that a receiver may take the new one over
 * whenever it likes within a day. A secret is shown in the answer that makes it and never again.
 */
import { type Acting, type By, change, type Outcome } from '../audit.ts';
import type { Random } from '../clock.ts';
import { shops } from '../collections.ts';
import type { Shop, WebhookSecret } from '../documents.ts';
import { DAY_MS } from '../limits.ts';
import { shopTarget } from '../shops.ts';

/** Standard Webhooks asks for 24 to 64 bytes. */
const SECRET_BYTES = 32;
const SECRET = /^whsec_(?:[A-Za-z0-9+/]{4}){8,21}(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;
/** How long the one before goes on signing. */
export const OVERLAP_MS = DAY_MS;

export function newWebhookSecret(random: Random): string {
  return `whsec_${Buffer.from(random.bytes(SECRET_BYTES)).toString('base64')}`;
}

export function isWebhookSecret(text: string): boolean {
  return SECRET.test(text);
}

/** Those that sign now, the newest first; none for a shop that was never given one. */
export function liveSecrets({ webhookSecrets = [] }: Pick<Shop, 'webhookSecrets'>, nowMs: number): readonly string[] {
  return webhookSecrets
    .filter(({ expiresAt }) => expiresAt === undefined || expiresAt > nowMs)
    .map(live => live.secret);
}

/** The shop with a new secret. The one before signs for another day; what was before that ends now. */
export function withSecret(shop: Shop, secret: string, nowMs: number): Shop {
  const [current] = shop.webhookSecrets ?? [];
  const replaced: WebhookSecret[] = current ? [{ ...current, expiresAt: nowMs + OVERLAP_MS }] : [];
  return { ...shop, webhookSecrets: [{ secret, createdAt: nowMs }, ...replaced] };
}

export interface Rotated {
  readonly document: Shop;
  /** In this answer and nowhere else. */
  readonly secret: string;
}

/** Not idempotent: when the answer was lost, rotate again; receivers of the one before then have no day left. */
export async function rotateSecret(
  acting: Acting,
  id: string,
  by: By,
): Promise<Rotated | { readonly refused: 'missing' }> {
  const secret = newWebhookSecret(acting.random);
  const now = acting.clock.now();
  const outcome: Outcome<Shop, 'missing'> = await change(acting, { from: shops, id, by }, async before => {
    if (!before) return { refused: 'missing' };
    const document = { ...withSecret(before, secret, now), updatedAt: now };
    const detail = before.webhookSecrets ? 'the one before signs too for a day' : 'the first one';
    return { document, did: { action: 'webhook.rotate', target: shopTarget(id), detail } };
  });
  return 'refused' in outcome ? outcome : { document: outcome.document, secret };
}
