/**
 * What Shopify signs when it tells an app of something: the body, by base64 of its HMAC-SHA256 under the app's secret.
 * Source: https://shopify.dev/docs/apps/build/webhooks/subscribe/https, "Verify the origin of the webhook".
 *
 * The headers are not signed, so that a body counts for the shop whose secret fits, whatever else its sender says; and
 * the same body may come again, which has to change nothing.
 */
import { createHmac, timingSafeEqual } from 'node:crypto';

const SIGNATURE = /^[A-Za-z0-9+/]{43}=$/;

export function isSignedMessage(body: Uint8Array, signature: string, secret: string): boolean {
  if (secret === '' || !SIGNATURE.test(signature)) return false;
  return timingSafeEqual(createHmac('sha256', secret).update(body).digest(), Buffer.from(signature, 'base64'));
}
