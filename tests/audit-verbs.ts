/**
 * Everything that leaves an entry in the audit, done once on a world of its own by the domain's own functions; and who is
 * to stand in the entries as having done it. `common/audit.test.ts` looks at what was written.
 */
import * as assert from 'uvu/assert';
import type { AuditAction, By } from '../common/audit.ts';
import { overrideBudget, resetBudget } from '../common/budget-override.ts';
import { abortBulk, applyBulk } from '../common/bulk/apply-bulk.ts';
import { planBulk } from '../common/bulk/plan-bulk.ts';
import { clearCeiling, holdModel, releaseModel, setCeiling } from '../common/controls.ts';
import { rebuildCosts } from '../common/costs/check-costs.ts';
import { closeIntake, openIntake } from '../common/intake.ts';
import { cancelAsOperator, eraseAsOperator, expireAsOperator } from '../common/jobs/as-operator.ts';
import { cancel } from '../common/jobs/cancel.ts';
import { retry } from '../common/jobs/retry.ts';
import { createKey, revokeKey } from '../common/keys.ts';
import { DAY_MS } from '../common/limits.ts';
import { DEFAULT_MODEL } from '../common/models.ts';
import { pauseQueue, resumeQueue } from '../common/pause.ts';
import { dayOf } from '../common/quota.ts';
import { seedShop } from '../common/seed-shop.ts';
import { createShop, updateShop } from '../common/shops.ts';
import { beginTry, endTry } from '../common/webhooks/deliveries.ts';
import { replay } from '../common/webhooks/replay.ts';
import { rotateSecret } from '../common/webhooks/secrets.ts';
import { playPrivacy } from './audit-privacy.ts';
import { playStyles } from './audit-styles.ts';
import type { World } from './world.ts';

/** Who does all that a person does. */
export const BY = { actor: '3f2a9c1b night shift', reason: 'because' };
/** What a shop and a key must never leave in an entry. */
export const SECRET = 'shpss_0123456789abcdef0123456789abcdef';

/** Passes on what a customer, or a shop that has left, wants. */
const SHOPIFY = { actor: 'shopify' };

/** Not a person, or one who was asked for no reason. */
export const BY_OTHERS: { readonly [action in AuditAction]?: By } = {
  'privacy.ask': SHOPIFY,
  'shop.erase': SHOPIFY,
  // Nobody waits for the end of an erasure: the service itself finds that nothing is left.
  'privacy.done': { actor: 'easel' },
  // A GET, which has no body that a reason could stand in.
  'customer.export': { actor: BY.actor },
};

/**
 * What is played twice. A style that was sold is not removed, so one is made for each end; and the two erasures, of a
 * customer and of a shop, each say that they are done.
 */
export const TWICE: readonly AuditAction[] = ['style.create', 'privacy.done'];

/** Every verb. Answers what no entry may bear. */
export async function playAll(world: World): Promise<{ readonly secrets: readonly string[] }> {
  const key = await actOnShops(world);
  await actOnSwitches(world);
  await actOnJobs(world);
  await actOnMany(world);
  const today = dayOf(world.clock.now());
  await rebuildCosts(world.engine, { from: today, to: today }, BY);
  const { prompt } = await playStyles(world, BY);
  const { customer } = await playPrivacy(world, { by: BY, shopify: SHOPIFY, shop: 'pets' });
  return { secrets: [SECRET, key, 'whsec_', prompt, customer] };
}

/** The key that was made. */
async function actOnShops(world: World): Promise<string> {
  const { engine } = world;
  await seedShop(engine.store, { freePrompts: true, now: 0 });
  const pets = { id: 'pets', name: 'Pets', shopify: { domain: 'pets.myshopify.com', secret: SECRET } };
  assert.ok('document' in (await createShop(engine, pets, BY)));
  assert.ok('document' in (await updateShop(engine, 'pets', { freePrompts: true }, BY)));
  const made = await createKey(engine, { kind: 'server', shop: 'default', label: 'desk' }, BY);
  if ('refused' in made) throw new Error(made.refused);
  assert.ok('document' in (await revokeKey(engine, made.document.id, BY)));
  assert.ok('document' in (await rotateSecret(engine, 'default', BY)));
  assert.ok('document' in (await replay(engine, await delivered(world), BY)));
  return made.key;
}

async function actOnSwitches({ engine, clock }: World): Promise<void> {
  const until = clock.now() + DAY_MS;
  assert.ok('document' in (await overrideBudget(engine, { microUsd: 20_000_000, until }, BY)));
  await resetBudget(engine, undefined, BY);
  await closeIntake(engine, { message: 'Back at noon.', until }, BY);
  await openIntake(engine, BY);
  await pauseQueue(engine, 'bulk', { reason: BY.reason, because: 'operator', until }, BY);
  await resumeQueue(engine, 'bulk', BY);
  await holdModel(engine, DEFAULT_MODEL, until, BY);
  await releaseModel(engine, DEFAULT_MODEL, BY);
  await setCeiling(engine, { slots: 2, until }, BY);
  await clearCeiling(engine, BY);
}

async function actOnJobs({ engine, admitted }: World): Promise<void> {
  const order = { by: BY };
  const [late, given] = [await admitted({ variation: 8 }), await admitted({ variation: 9 })];
  assert.ok('pair' in (await expireAsOperator(engine, late.id, order)));
  assert.ok('pair' in (await retry(engine, late.id, { ...order, wish: {} })));
  assert.ok('pair' in (await cancelAsOperator(engine, given.id, order)));
  assert.ok('pair' in (await eraseAsOperator(engine, given.id, order)));
}

async function actOnMany({ engine }: World): Promise<void> {
  const wish = { action: 'cancel', filter: { status: 'queued' }, asked: { status: 'queued' }, wish: {} } as const;
  const { document, token } = await planBulk(engine, wish, BY);
  assert.ok('document' in (await applyBulk(engine, document.id, { token, rate: 5, by: BY })));
  assert.ok('document' in (await abortBulk(engine, document.id, BY)));
}

/** The id of an event that was told. */
async function delivered(world: World): Promise<string> {
  const { id } = await world.admitted({ webhook: 'https://shop.example.com/' });
  await cancel(world.engine, id);
  const event = { jobId: id, run: 1 };
  const begun = await beginTry(world.engine, event);
  if (!begun) throw new Error('expected a try');
  await endTry(world.engine, { ...begun, event }, { ms: 1, status: 200 });
  return begun.delivery.id;
}
