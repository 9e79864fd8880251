/**
 * What persons may ask for about their data, in the audit: to be told, and to be forgotten, a customer alone and a shop
 * with everybody.
 */
import * as assert from 'uvu/assert';
import type { By } from '../common/audit.ts';
import { privacyRequests } from '../common/collections.ts';
import { ownerUid } from '../common/owners.ts';
import { askErasure } from '../common/privacy/ask-erasure.ts';
import { SETTLE_MS } from '../common/privacy/erase-shop.ts';
import { askHandOver, closeRequest, recordExport } from '../common/privacy/hand-over.ts';
import { stepErasure } from '../common/privacy/step-erasure.ts';
import type { World } from './world.ts';

const CUSTOMER = '7000000000001';

interface Played {
  readonly by: By;
  /** Who asks where Shopify passes a wish on. */
  readonly shopify: By;
  /** Is erased with everything. */
  readonly shop: string;
}

/** Answers the name of the customer, who is to be forgotten in the audit, too. */
export async function playPrivacy(world: World, { by, shopify, shop }: Played): Promise<{ readonly customer: string }> {
  const { engine } = world;
  const { id: jobId } = await world.admitted({ customer: CUSTOMER });
  const owner = { shop: 'default', ownerUid: ownerUid(engine.settings.idSecret, 'default', { customer: CUSTOMER }) };
  const hers = { shop: 'default', customer: CUSTOMER, orderIds: ['5123456789012'] };
  const wish = { ...hers, asked: 'shopify', message: 'request 1' } as const;
  const { id } = await askHandOver(engine, wish);
  assert.is((await askHandOver(engine, wish)).id, id, 'asked again, it is the same request');
  await recordExport(engine, owner, { actor: by.actor });
  assert.ok('document' in (await closeRequest(engine, id, by)));

  const erasure = await askErasure(engine, { shop: 'default', customer: CUSTOMER, asked: 'operator', by });
  await done(world, erasure.id);
  assert.equal((await world.run(jobId)).owner, {}, 'it was hers, and is nobody’s');
  const closing = await askErasure(engine, { shop, asked: 'shopify', message: 'request 2', by: shopify });
  await done(world, closing.id);
  return { customer: CUSTOMER };
}

/** Steps as the upkeep's tasks would come, each once what it waits for is over. */
async function done({ engine, clock }: World, id: string): Promise<void> {
  const state = async () => (await engine.store.get(privacyRequests, id))?.state;
  for (let step = 0; step < 20 && (await state()) === 'running'; step++) {
    await stepErasure(engine, id);
    await clock.advance(SETTLE_MS);
  }
  assert.is(await state(), 'done');
}
