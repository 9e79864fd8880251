import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { BY, BY_OTHERS, playAll, TWICE } from '../tests/audit-verbs.ts';
import { inWorld, type World } from '../tests/world.ts';
import { AUDIT_ACTIONS, type AuditAction, change } from './audit.ts';
import { resetBudget } from './budget-override.ts';
import { audit, keys, shops, switches } from './collections.ts';
import type { AuditEntry } from './documents.ts';
import { openIntake } from './intake.ts';
import { revokeKey } from './keys.ts';
import { DAY_MS } from './limits.ts';
import { pauseQueue, resumeQueue } from './pause.ts';
import type { Store } from './platform/store.ts';
import { seedShop } from './seed-shop.ts';
import { createShop, updateShop } from './shops.ts';

const test = suite('the audit');
/** What there is after every verb was played. */
const PLAYED = [...AUDIT_ACTIONS, ...TWICE].toSorted();

const PETS = { id: 'pets', name: 'Pets', origins: [], freePrompts: false, createdAt: 0, updatedAt: 0 };

test(
  'every verb leaves one entry with who, what and why, and none of them a secret',
  inWorld(async world => {
    const { secrets } = await playAll(world);
    const entries = await entriesOf(world);
    assert.equal(actionsOf(entries), PLAYED);
    for (const { action, actor, reason, target, at, expireAt } of entries) {
      const by = BY_OTHERS[action as AuditAction] ?? BY;
      assert.equal([actor, reason], [by.actor, by.reason], action);
      assert.ok(target.length > 0, action);
      assert.is(expireAt - at, 400 * DAY_MS);
    }
    const texts = JSON.stringify(entries);
    assert.equal(
      secrets.filter(secret => texts.includes(secret)),
      [],
    );
    assert.match(texts, 'Shopify secret: set');
  }),
);

test('a transaction that runs again after its commit leaves one entry, and what others did in between', async () => {
  let between = async () => {};
  await inWorld(
    async world => {
      const { engine, platform } = world;
      await playAll(world);
      assert.equal(actionsOf(await entriesOf(world)), PLAYED);

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

async function entriesOf({ platform }: World): Promise<AuditEntry[]> {
  return (await platform.store.list({ from: audit, orderBy: ['at', 'desc'], limit: 100 })).items;
}

function actionsOf(entries: readonly AuditEntry[]): string[] {
  return entries.map(({ action }) => action).toSorted();
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
