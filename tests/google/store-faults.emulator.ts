/**
 * What the Firestore store makes of failing calls: what is tried again, what is passed on and as which error. A proxy
 * before the emulator fails them.
 */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { failure, put, raise, rejects, things } from '../../common/platform/store-conformance/world.ts';
import { startFirestoreEmulator } from '../doubles/firestore-emulator.ts';
import type { Fate, FirestoreProxy } from '../doubles/firestore-proxy.ts';
import { type FirestoreWorld, inFirestore } from './store-world.ts';

const test = suite('Firestore store: faults');
const emulator = await startFirestoreEmulator();
const run = (title: string, body: (world: FirestoreWorld) => Promise<void>) => test(title, inFirestore(emulator, body));

const [UNKNOWN, INVALID_ARGUMENT, DEADLINE, DENIED, EXHAUSTED, PRECONDITION, ABORTED, UNAVAILABLE] = [
  2, 3, 4, 7, 8, 9, 10, 14,
];
const before = (code = 0, message = 'as planned'): Fate => ({ code, when: 'before', message });

run('work whose commit was done but not answered runs again and finds its marker', async ({ store, proxy }) => {
  for (const code of [UNAVAILABLE, UNKNOWN, DEADLINE]) {
    const id = `marker${code}`;
    let runs = 0;
    proxy.decide((method, n) => (method === 'Commit' && n === 1 ? { code: code ?? 0, when: 'after' } : 'ok'));
    const answer = await store.transaction(async tx => {
      runs++;
      if (await tx.get(things, id)) return 'found';
      tx.set(things, { id, rank: 1 });
      tx.increment(things, 'sum', { rank: 1 });
      return 'written';
    });
    assert.is(`${answer} after ${runs}`, 'found after 2');
  }
  assert.is((await store.get(things, 'sum'))?.rank, 3);
});

run('a commit that fails for a moment is done in the next try', async ({ store, proxy }) => {
  for (const code of [ABORTED, EXHAUSTED, UNAVAILABLE, UNKNOWN]) {
    proxy.decide((method, n) => (method === 'Commit' && n === 1 ? before(code) : 'ok'));
    await raise(store, 'a');
  }
  assert.is((await store.get(things, 'a'))?.rank, 4);
});

run('a transaction that always loses is contended after ten tries, with nothing written', async ({ store, proxy }) => {
  let runs = 0;
  proxy.decide(method => (method === 'Commit' ? before(ABORTED, 'Too much contention') : 'ok'));
  const work = store.transaction(async tx => {
    runs++;
    await tx.get(things, 'a');
    tx.set(things, { id: 'a' });
  });
  await rejects(work, 'contended');
  assert.is(runs, 10);
  assert.is(commits(proxy), 10);
  assert.is(await store.get(things, 'a'), undefined);
});

run('a read that loses runs the work again, even if the work hides it', async ({ store, proxy }) => {
  let runs = 0;
  // In each run the marker is read first; the other read fails in the first two.
  proxy.decide((method, n) => (method === 'BatchGetDocuments' && (n === 2 || n === 4) ? before(ABORTED) : 'ok'));
  await store.transaction(async tx => {
    runs++;
    await tx.get(things, 'marker');
    const found = await tx.get(things, 'a').catch(() => 'hidden');
    tx.set(things, { id: 'a', label: found === 'hidden' ? 'wrong' : 'right' });
  });
  assert.is(runs, 3);
  assert.is(commits(proxy), 1);
  assert.equal(await store.get(things, 'a'), { id: 'a', label: 'right' });
});

run('a store that does not answer is unavailable after five tries', async ({ store, proxy }) => {
  for (const code of [UNAVAILABLE, EXHAUSTED]) {
    const earlier = commits(proxy);
    proxy.decide(method => (method === 'Commit' ? before(code) : 'ok'));
    await rejects(raise(store, 'a'), 'unavailable', `code ${code}`);
    assert.is(commits(proxy) - earlier, 5);
  }
});

run('after a commit without an answer nobody claims that nothing was written', async ({ store, proxy }) => {
  const fates: Fate[] = [{ code: UNAVAILABLE ?? 0, when: 'after' }];
  proxy.decide((method, n) => (method === 'Commit' ? (fates[n - 1] ?? before(ABORTED)) : 'ok'));
  await rejects(raise(store, 'a'), 'unavailable');
  proxy.decide(() => 'ok');
  assert.is((await store.get(things, 'a'))?.rank, 1);
});

run('what no other try would mend is not tried again', async ({ store, proxy }) => {
  await put(store, { id: 'a' });
  for (const [code, kind] of [
    [INVALID_ARGUMENT, 'invalid'],
    [PRECONDITION, 'invalid'],
    [DENIED, 'unavailable'],
  ] as const) {
    const earlier = commits(proxy);
    proxy.decide(method => (method === 'Commit' ? before(code) : 'ok'));
    await rejects(raise(store, 'a'), kind, `commit ${code}`);
    assert.is(commits(proxy) - earlier, 1);
    proxy.decide(() => before(code));
    await rejects(store.get(things, 'a'), kind, `get ${code}`);
    await rejects(store.list({ from: things, limit: 1 }), kind, `list ${code}`);
    await rejects(store.count({ from: things }), kind, `count ${code}`);
    await rejects(
      store.transaction(tx => tx.get(things, 'a')),
      kind,
      `read ${code}`,
    );
  }
});

run('an error of the work is passed on as it is, even one that looks like the SDK’s', async ({ store, proxy }) => {
  let runs = 0;
  const mine = Object.assign(new Error('mine'), { code: ABORTED });
  const caught = await failure(
    store.transaction(async tx => {
      runs++;
      await tx.get(things, 'a');
      throw mine;
    }),
  );
  assert.is(caught, mine);
  assert.is(runs, 1);
  assert.is(commits(proxy), 0);
});

run('a transaction that expired is tried again', async ({ store, proxy }) => {
  const expired = before(INVALID_ARGUMENT, 'The referenced transaction has expired or is no longer valid.');
  proxy.decide((method, n) => (method === 'Commit' && n === 1 ? expired : 'ok'));
  await raise(store, 'a');
  assert.is((await store.get(things, 'a'))?.rank, 1);
});

run('a transaction that only writes is one call, one that only reads is two', async ({ store, proxy }) => {
  await put(store, { id: 'a' });
  assert.equal(proxy.calls, ['Commit']);
  await store.transaction(tx => tx.get(things, 'a'));
  assert.equal(proxy.calls.slice(1), ['BatchGetDocuments', 'Commit']);
});

run('the work cannot use its transaction once it has ended', async ({ store }) => {
  const late = await store.transaction(async tx => tx);
  assert.throws(() => late.set(things, { id: 'a' }), /has ended/);
  assert.match(String(await failure(late.get(things, 'a'))), /has ended/);
});

run('a closed store is unavailable, and closing it again is no error', async ({ store }) => {
  await put(store, { id: 'a' });
  await store.close();
  await store.close();
  await rejects(store.get(things, 'a'), 'unavailable');
  await rejects(put(store, { id: 'a' }), 'unavailable');
});

test.run();

function commits(proxy: FirestoreProxy): number {
  return proxy.calls.filter(method => method === 'Commit').length;
}
