/**
 * The meter counts by Firestore's rules, call by call: what `docs/cost.md` tells stands on it.
 */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { FirestoreStore } from '../../common/google/store.ts';
import { things } from '../../common/platform/store-conformance/world.ts';
import { startFirestoreEmulator } from '../doubles/firestore-emulator.ts';
import { type FirestoreMeter, startFirestoreMeter } from '../doubles/firestore-meter.ts';
import { waitFor } from '../wait-for.ts';
import { openStore } from './store-world.ts';

export const FILE_LIMIT_MS = 120_000;

const test = suite('Firestore meter');
const emulator = await startFirestoreEmulator();
const LANE = [['lane', '==', 'x']] as const;

/** With five documents of one lane, `t0` to `t4`. */
function inMeteredStore(body: (store: FirestoreStore, meter: FirestoreMeter) => Promise<void>): () => Promise<void> {
  return async () => {
    const meter = await startFirestoreMeter(emulator.host);
    const store = openStore(emulator.newProject(), { host: meter.host, ssl: false });
    try {
      await store.transaction(async tx => {
        for (let rank = 0; rank < 5; rank++) tx.set(things, { id: `t${rank}`, lane: 'x', rank });
      });
      assert.equal(meter.billed(), { reads: 0, writes: 5, deletes: 0 });
      await body(store, meter);
    } finally {
      await store.close();
      await meter.close();
    }
  };
}

/** Reads, writes and deletes of `action`. */
async function billedFor(meter: FirestoreMeter, action: () => Promise<unknown>): Promise<number[]> {
  const before = meter.billed();
  await action();
  const { reads, writes, deletes } = meter.billed();
  return [reads - before.reads, writes - before.writes, deletes - before.deletes];
}

test(
  'a get is a read, also of what is missing; a query one for each document, and one for none',
  inMeteredStore(async (store, meter) => {
    assert.equal(await billedFor(meter, () => store.get(things, 't1')), [1, 0, 0]);
    assert.equal(await billedFor(meter, () => store.get(things, 'missing')), [1, 0, 0]);
    assert.equal(await billedFor(meter, () => store.list({ from: things, where: LANE, limit: 10 })), [5, 0, 0]);
    // One more than is asked for is read, to know whether there are more.
    assert.equal(await billedFor(meter, () => store.list({ from: things, where: LANE, limit: 2 })), [3, 0, 0]);
    assert.equal(
      await billedFor(meter, () => store.list({ from: things, where: [['lane', '==', 'none']], limit: 2 })),
      [1, 0, 0],
    );
    assert.equal(await billedFor(meter, () => store.count({ from: things, where: LANE })), [1, 0, 0]);
    assert.equal(
      await billedFor(meter, () => store.count({ from: things, where: [['lane', '==', 'none']] })),
      [1, 0, 0],
    );
  }),
);

test(
  'a transaction is billed for what it reads and writes, an increment as a write; one that fails for its reads alone',
  inMeteredStore(async (store, meter) => {
    const whole = () =>
      store.transaction(async tx => {
        await tx.get(things, 't1');
        await tx.get(things, 'missing');
        await tx.list({ from: things, where: LANE, limit: 10 });
        tx.set(things, { id: 't1', lane: 'x', rank: 7 });
        tx.increment(things, 't2', { rank: 1 });
        tx.delete(things, 't3');
      });
    assert.equal(await billedFor(meter, whole), [7, 2, 1]);
    const failing = () =>
      store
        .transaction(async tx => {
          await tx.get(things, 't1');
          throw new Error('on purpose');
        })
        .catch(() => {});
    assert.equal(await billedFor(meter, failing), [1, 0, 0]);
  }),
);

test(
  'a watch is one read for the document as it is and one for each change',
  inMeteredStore(async (store, meter) => {
    const seen: (number | undefined)[] = [];
    const raised = async (rank: number) => {
      await store.transaction(async tx => tx.set(things, { id: 't1', lane: 'x', rank }));
      await waitFor('the change', () => seen.at(-1) === rank);
    };
    const watching = async () => {
      const stop = store.watch(things, 't1', document => seen.push(document?.rank));
      await waitFor('the first state', () => seen.length === 1);
      await raised(20);
      await raised(30);
      stop();
    };
    assert.equal(await billedFor(meter, watching), [3, 2, 0]);
  }),
);

test.run();
