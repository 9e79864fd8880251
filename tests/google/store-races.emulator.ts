/**
 * Two stores on one database, as two processes have them, fight for one document. Slow on the emulator, which lets
 * those that hold each other's locks wait for two seconds before it aborts one; here it is only about the outcome.
 */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { raise, things } from '../../common/platform/store-conformance/world.ts';
import { startFirestoreEmulator } from '../doubles/firestore-emulator.ts';
import { seededRandom } from '../test-clock.ts';
import { type FirestoreWorld, inFirestore, SLOW_CLOCK } from './store-world.ts';

const test = suite('Firestore store: races');
const emulator = await startFirestoreEmulator();
const run = (title: string, body: (world: FirestoreWorld) => Promise<void>) =>
  test(title, inFirestore(emulator, body, { random: seededRandom(1), clock: SLOW_CLOCK }));

run('of 60 racers in two stores for 10 places 10 get one', async ({ store, another }) => {
  const stores = [store, another({ random: seededRandom(2) })];
  const enter = (racer: number) =>
    stores[racer % 2]?.transaction(async tx => {
      if (await tx.get(things, `racer${racer}`)) return 'in';
      const places = (await tx.get(things, 'places'))?.rank ?? 0;
      if (places >= 10) return 'full';
      tx.set(things, { id: `racer${racer}`, lane: 'in' });
      tx.set(things, { id: 'places', rank: places + 1 });
      return 'in';
    });
  const answers = await Promise.all(Array.from({ length: 60 }, (_, racer) => enter(racer)));
  assert.is(answers.filter(answer => answer === 'in').length, 10);
  assert.is(answers.filter(answer => answer === 'full').length, 50);
  assert.is((await store.get(things, 'places'))?.rank, 10);
  assert.is(await store.count({ from: things, where: [['lane', '==', 'in']] }), 10);
});

run('20 additions by two stores to one document all count', async ({ store, another }) => {
  const stores = [store, another({ random: seededRandom(2) })];
  await Promise.all(Array.from({ length: 20 }, (_, n) => raise(stores[n % 2] ?? store, 'a')));
  assert.equal(await store.get(things, 'a'), { id: 'a', rank: 20 });
});

run('100 increments by two stores of one document all count', async ({ store, another }) => {
  const stores = [store, another()];
  const add = (n: number) => stores[n % 2]?.transaction(async tx => tx.increment(things, 'sum', { rank: 1 }));
  await Promise.all(Array.from({ length: 100 }, (_, n) => add(n)));
  assert.equal(await store.get(things, 'sum'), { id: 'sum', rank: 100 });
});

test.run();
