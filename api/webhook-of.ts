/**
 * Where a shop's server wants to be told of the job's end. What no delivery could ever reach is refused at the submit;
 * whether the address is a public one is only known when it is asked.
 */
import { shops } from '../common/collections.ts';
import { refuseField } from '../common/field-errors.ts';
import type { Webhook } from '../common/job.ts';
import { OutboundError } from '../common/outbound/outbound-error.ts';
import type { SubmitFields } from '../common/submit-fields.ts';
import { liveSecrets } from '../common/webhooks/secrets.ts';
import type { Api } from './api.ts';
import type { Shopper } from './owner-of.ts';

/** Throws `fields_invalid`. */
export async function webhookOf(
  api: Pick<Api, 'engine' | 'outbound'>,
  shopper: Shopper,
  webhook: SubmitFields['webhook'],
): Promise<Webhook | undefined> {
  if (!webhook) return undefined;
  if (shopper.kind !== 'server') return refuseField('webhook', 'only a server key may name a webhook');
  checkAddress(api, webhook.url);
  const { store, clock } = api.engine;
  const shop = await store.get(shops, shopper.shop);
  if (liveSecrets(shop ?? {}, clock.now()).length === 0) {
    return refuseField('webhook', 'the shop has no webhook secret to sign with; an operator makes one');
  }
  const url = new URL(webhook.url);
  url.hash = '';
  return { url: url.href };
}

function checkAddress({ outbound }: Pick<Api, 'outbound'>, url: string): void {
  try {
    outbound.check(url);
  } catch (error) {
    if (!(error instanceof OutboundError)) throw error;
    refuseField('webhook.url', error.message);
  }
}
