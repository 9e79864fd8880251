/**
 * What lets claims and finishes of all jobs add to the same few spend documents: on Firestore, too, an increment makes
 * no other transaction run again. (`tests/sharing.test.ts` shows the same on SQLite.)
 */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { others, things } from '../../common/platform/store-conformance/world.ts';
import { startFirestoreEmulator } from '../doubles/firestore-emulator.ts';
import { recordTransactions } from '../recorded-store.ts';
import { inFirestore } from './store-world.ts';

export const FILE_LIMIT_MS = 120_000;

const test = suite('increments on Firestore');
const emulator = await startFirestoreEmulator();
const AT_ONCE = 40;

test(
  'transactions at once that read and write documents of their own and add to a common one run once each',
  inFirestore(emulator, async ({ store }) => {
    const { store: recording, recorded } = recordTransactions(store);
    const addTo = (id: string) =>
      recording.transaction(async tx => {
        const own = await tx.get(things, id);
        tx.set(things, { id, rank: (own?.rank ?? 0) + 1 });
        tx.increment(others, 'common', { rank: 1 });
      });
    await Promise.all(Array.from({ length: AT_ONCE }, (_, number) => addTo(`own-${number}`)));
    assert.equal(await store.get(others, 'common'), { id: 'common', rank: AT_ONCE });
    assert.equal(
      recorded.map(({ runs }) => runs),
      Array(AT_ONCE).fill(1),
    );
  }),
);

test.run();
