import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { inWorld, type World } from '../tests/world.ts';
import { AUDIT_ACTIONS, change } from './audit.ts';
import { overrideBudget, resetBudget } from './budget-override.ts';
import { abortBulk, applyBulk } from './bulk/apply-bulk.ts';
import { planBulk } from './bulk/plan-bulk.ts';
import { clearCeiling, holdModel, releaseModel, setCeiling } from './controls.ts';
import { type AuditEntry, audit, keys, shops, switches } from './documents.ts';
import { closeIntake, openIntake } from './intake.ts';
import { cancelAsOperator, eraseAsOperator, expireAsOperator } from './jobs/as-operator.ts';
import { cancel } from './jobs/cancel.ts';
import { retry } from './jobs/retry.ts';
import { createKey, revokeKey } from './keys.ts';
import { DAY_MS } from './limits.ts';
import { DEFAULT_MODEL } from './models.ts';
import { pauseQueue, resumeQueue } from './pause.ts';
import type { Store } from './platform/store.ts';
import { seedShop } from './seed-shop.ts';
import { createShop, updateShop } from './shops.ts';
import { beginTry, endTry } from './webhooks/deliveries.ts';
import { replay } from './webhooks/replay.ts';
import { rotateSecret } from './webhooks/secrets.ts';

const test = suite('the audit');
const BY = { actor: '3f2a9c1b night shift', reason: 'because' };
/** What a shop and a key must never leave in an entry. */
const SECRET = 'shpss_0123456789abcdef0123456789abcdef';

const PETS = { id: 'pets', name: 'Pets', origins: [], freePrompts: false, createdAt: 0, updatedAt: 0 };

test(
  'every verb leaves one entry with who, what and why, and none of them a secret',
  inWorld(async world => {
    const { key } = await playAll(world);
    const entries = await entriesOf(world);
    assert.equal(entries.map(({ action }) => action).toSorted(), [...AUDIT_ACTIONS].toSorted());
    for (const { actor, reason, at, expireAt } of entries) {
      assert.equal([actor, reason], [BY.actor, BY.reason]);
      assert.is(expireAt - at, 400 * DAY_MS);
    }
    const texts = JSON.stringify(entries);
    assert.is(texts.includes(SECRET) || texts.includes(key) || texts.includes('whsec_'), false);
    assert.match(texts, 'Shopify secret: set');
  }),
);

test('a transaction that runs again after its commit leaves one entry, and what others did in between', async () => {
  let between = async () => {};
  await inWorld(
    async world => {
      const { engine, platform } = world;
      await playAll(world);
      const entries = await entriesOf(world);
      assert.equal(entries.map(({ action }) => action).toSorted(), [...AUDIT_ACTIONS].toSorted());

      between = () => platform.store.transaction(async tx => tx.set(shops, { ...PETS, name: 'theirs' }));
      const updated = await updateShop(engine, 'pets', { name: 'ours' }, BY);
      assert.is('document' in updated && updated.document.name, 'theirs');
      between = () => resumeQueue({ ...engine, store: platform.store }, 'bulk', BY);
      await pauseQueue(engine, 'bulk', { reason: 'x', because: 'operator' }, BY);
      assert.is((await platform.store.get(switches, 'queue-bulk'))?.on, false);
    },
    { around: ({ store }) => ({ store: twice(store, () => between()) }) },
  )();
});

test(
  'what is as wanted already leaves no entry, and what is refused neither',
  inWorld(async world => {
    const { engine } = world;
    await seedShop(engine.store, { freePrompts: true, now: 0 });
    await resetBudget(engine, undefined, BY);
    await openIntake(engine, BY);
    await updateShop(engine, 'default', { freePrompts: true }, BY);
    assert.equal(await revokeKey(engine, 'nothing', BY), { refused: 'missing' });
    assert.equal(await createShop(engine, { id: 'default', name: 'Again' }, BY), { refused: 'exists' });
    assert.equal(await entriesOf(world), []);
  }),
);

test(
  'a change that cannot be written leaves no entry',
  inWorld(async ({ engine, platform }) => {
    const place = { from: keys, id: 'k', by: BY };
    const broken = change(engine, place, async () => {
      throw new Error('decided to fail');
    });
    await broken.then(
      () => assert.unreachable(),
      (error: Error) => assert.is(error.message, 'decided to fail'),
    );
    assert.is(await platform.store.count({ from: audit }), 0);
  }),
);

test.run();

/** Each verb once. */
async function playAll(world: World): Promise<{ key: string }> {
  const { engine, clock } = world;
  const until = clock.now() + DAY_MS;
  await seedShop(engine.store, { freePrompts: true, now: 0 });
  const pets = { id: 'pets', name: 'Pets', shopify: { domain: 'pets.myshopify.com', secret: SECRET } };
  assert.ok('document' in (await createShop(engine, pets, BY)));
  assert.ok('document' in (await updateShop(engine, 'pets', { freePrompts: true }, BY)));
  const made = await createKey(engine, { kind: 'server', shop: 'default', label: 'desk' }, BY);
  if ('refused' in made) throw new Error(made.refused);
  assert.ok('document' in (await revokeKey(engine, made.document.id, BY)));
  assert.ok('document' in (await overrideBudget(engine, { microUsd: 20_000_000, until }, BY)));
  await resetBudget(engine, undefined, BY);
  await closeIntake(engine, { message: 'Back at noon.', until }, BY);
  await openIntake(engine, BY);
  await pauseQueue(engine, 'bulk', { reason: BY.reason, because: 'operator', until }, BY);
  await resumeQueue(engine, 'bulk', BY);
  assert.ok('document' in (await rotateSecret(engine, 'default', BY)));
  assert.ok('document' in (await replay(engine, await delivered(world), BY)));
  await holdModel(engine, DEFAULT_MODEL, until, BY);
  await releaseModel(engine, DEFAULT_MODEL, BY);
  await setCeiling(engine, { slots: 2, until }, BY);
  await clearCeiling(engine, BY);
  await actOnJobs(world);
  await actOnMany(world);
  return { key: made.key };
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

async function entriesOf({ platform }: World): Promise<AuditEntry[]> {
  return (await platform.store.list({ from: audit, orderBy: ['at', 'desc'], limit: 100 })).items;
}

/** Every commit is taken for lost, so its work runs again; `between` is what others do meanwhile. */
function twice(store: Store, between: () => Promise<void>): Store {
  return {
    ...store,
    async transaction(work) {
      await store.transaction(work);
      await between();
      return store.transaction(work);
    },
  };
}
