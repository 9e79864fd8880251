/**
 * How documents really lie in Firestore, read past the SDK over REST, and what the store refuses to write.
 */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { FirestoreStore } from '../../common/google/store.ts';
import { collection, type Query } from '../../common/platform/store.ts';
import { failure, put, rejects, type Thing, things } from '../../common/platform/store-conformance/world.ts';
import { startFirestoreEmulator } from '../doubles/firestore-emulator.ts';
import { waitFor } from '../wait-for.ts';
import { type FirestoreWorld, inFirestore } from './store-world.ts';

const test = suite('Firestore store: documents');
const emulator = await startFirestoreEmulator();
const run = (title: string, body: (world: FirestoreWorld) => Promise<void>) => test(title, inFirestore(emulator, body));

const AT_MS = Date.UTC(2026, 10, 23, 12, 30, 1, 7);

run('the expiry lies there as a Timestamp and comes back as integer milliseconds', async ({ store, projectId }) => {
  const thing = { id: 'a', lane: 'x', rank: 1, expireAt: AT_MS };
  await put(store, thing);
  const { expireAt, rank } = await rawFields(projectId, 'a');
  assert.equal(expireAt, { timestampValue: '2026-11-23T12:30:01.007Z' });
  assert.equal(rank, { integerValue: '1' });

  const seen: (Thing | undefined)[] = [];
  const stop = store.watch(things, 'a', found => seen.push(found));
  await waitFor('the document', () => seen.length === 1);
  stop();
  const where = [['lane', '==', 'x'] as const];
  const ways = [
    await store.get(things, 'a'),
    ...(await store.list({ from: things, where, limit: 5 })).items,
    await store.transaction(tx => tx.get(things, 'a')),
    ...(await store.transaction(tx => tx.list({ from: things, where, limit: 5 }))).items,
    ...seen,
  ];
  assert.equal(
    ways,
    ways.map(() => thing),
  );
  assert.is(ways.length, 5);
});

run('integers stay integers, also when incremented, and the id is a field, too', async ({ store, projectId }) => {
  await put(store, { id: 'a', rank: 2 ** 53 - 1, note: { half: 0.5, none: null, list: [1, 'x', { y: true }] } });
  await store.transaction(async tx => tx.increment(things, 'b', { rank: -3 }));
  assert.equal(await rawFields(projectId, 'b'), { id: { stringValue: 'b' }, rank: { integerValue: '-3' } });
  const { id, rank, note } = await rawFields(projectId, 'a');
  assert.equal([id, rank], [{ stringValue: 'a' }, { integerValue: String(2 ** 53 - 1) }]);
  assert.equal((note as { mapValue: { fields: object } }).mapValue.fields, {
    half: { doubleValue: 0.5 },
    none: { nullValue: null },
    list: {
      arrayValue: {
        values: [{ integerValue: '1' }, { stringValue: 'x' }, { mapValue: { fields: { y: { booleanValue: true } } } }],
      },
    },
  });
});

run('the ids of our documents are fine, and what Firestore cannot name is invalid', async ({ store }) => {
  const fine = [
    'job_01m6k3zq8v5x7w9y2a4b6c8d0e',
    '2026-11-23-named-3f2a9c0d1e4b5a69788796a5b4c3d2e1',
    '2026-11-23-7',
    'queue-interactive',
    'probe-0123456789ab',
    'mandala',
    'ab'.repeat(32),
  ];
  for (const id of fine) await put(store, { id, rank: 1 });
  assert.is(await store.count({ from: things }), fine.length);
  for (const id of ['', '.', '..', 'a/b', '__a__', '____', '\ud800', 'ä'.repeat(751)]) await refusesId(store, id);
  await put(store, { id: 'ä'.repeat(750) }, { id: '__a' }, { id: '...' });
});

run('what Firestore does not take is invalid', async ({ store }) => {
  await rejects(put(store, { id: 'a', note: [[1]] }), 'invalid', 'an array within an array');
  await rejects(put(store, { id: 'a', note: 'x'.repeat(2 ** 20) }), 'invalid', 'over 1 MiB');
  await rejects(put(store, { id: 'a', expireAt: 0.5 }), 'invalid', 'an expiry that is no integer');
  await rejects(put(store, { id: 'a', note: { __a__: 1 } }), 'invalid', 'a reserved field');
  await rejects(
    store.transaction(async tx => tx.increment(things, 'a', { expireAt: 1 })),
    'invalid',
    'an increment of the expiry',
  );
  const undeclared = collection<Thing>('undeclared');
  await rejects(store.get(undeclared, 'a'), 'invalid');
  await rejects(store.list({ from: undeclared, limit: 1 }), 'invalid');
  assert.throws(() => store.watch(undeclared, 'a', () => {}), /not declared/);
  const anything = { from: things, limit: 1 };
  await rejects(store.list({ ...anything, where: [['rank', '==', Number.NaN]] }), 'invalid');
  await rejects(store.list({ ...anything, where: [['rank', 'in' as '==', 1]] }), 'invalid');
  assert.is(await store.count({ from: things }), 0);
});

run('the id can be asked for like any other field, in both directions', async ({ store }) => {
  await put(store, ...['c', 'a', 'd', 'b'].map(id => ({ id })));
  const ask = async (query: Omit<Query<Thing>, 'from' | 'limit'>) => {
    const first = await store.list({ ...query, from: things, limit: 2 });
    const second = first.next && (await store.list({ ...query, from: things, limit: 2, after: first.next }));
    return [...first.items, ...(second ? second.items : [])].map(({ id }) => id).join('');
  };
  assert.is(await ask({}), 'abcd');
  assert.is(await ask({ orderBy: ['id', 'asc'] }), 'abcd');
  assert.is(await ask({ orderBy: ['id', 'desc'] }), 'dcba');
  assert.is(await ask({ where: [['id', '>', 'a']] }), 'bcd');
  assert.is(await ask({ where: [['id', '<=', 'c']], orderBy: ['id', 'desc'] }), 'cba');
  assert.is(await ask({ where: [['id', '==', 'b']] }), 'b');
});

test.run();

async function refusesId(store: FirestoreStore, id: string): Promise<void> {
  const what = JSON.stringify(id).slice(0, 20);
  await rejects(store.get(things, id), 'invalid', what);
  await rejects(put(store, { id }), 'invalid', what);
  await rejects(
    store.transaction(tx => tx.get(things, id)),
    'invalid',
    what,
  );
  await rejects(
    store.transaction(async tx => tx.delete(things, id)),
    'invalid',
    what,
  );
  await rejects(
    store.transaction(async tx => tx.increment(things, id, { rank: 1 })),
    'invalid',
    what,
  );
  assert.match(String(await failure((async () => store.watch(things, id, () => {}))())), /cannot have this id/);
}

async function rawFields(projectId: string, id: string): Promise<Record<string, unknown>> {
  const path = `projects/${projectId}/databases/(default)/documents/${things.name}/${id}`;
  const answer = await fetch(`http://${emulator.host}/v1/${path}`, { headers: { Authorization: 'Bearer owner' } });
  const { fields } = (await answer.json()) as { fields: Record<string, unknown> };
  return fields;
}
