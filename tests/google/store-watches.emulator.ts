/**
 * That a watch of the Firestore store outlives what the SDK's own listener does not: broken connections, refusals, and
 * a store that is away for longer than the SDK has patience.
 */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Store } from '../../common/platform/store.ts';
import { put, type Thing, things } from '../../common/platform/store-conformance/world.ts';
import { startFirestoreEmulator } from '../doubles/firestore-emulator.ts';
import type { Fate, FirestoreProxy } from '../doubles/firestore-proxy.ts';
import { waitFor } from '../wait-for.ts';
import { FAST_CLOCK, type FirestoreWorld, inFirestore } from './store-world.ts';

const test = suite('Firestore store: watches');
const emulator = await startFirestoreEmulator();
const run = (title: string, body: (world: FirestoreWorld) => Promise<void>) =>
  test(title, inFirestore(emulator, body, { clock: FAST_CLOCK }));

const UNAVAILABLE = 14;
/** How Firestore ends a listening for good: `target_change { type: REMOVE, target_ids: [1], cause { 7, 'no more' } }`. */
const REFUSED: Fate = {
  code: 0,
  when: 'before',
  body: Buffer.from('121208021201011a0b080712076e6f206d6f7265', 'hex'),
};

run('a watch whose connection breaks goes on with what is there now', async ({ store, proxy }) => {
  const { seen, stop } = record(store);
  await waitFor('the absence', () => seen.length === 1);
  for (const rank of [1, 2]) {
    await away(proxy, { code: UNAVAILABLE, when: 'before' }, () => put(store, { id: 'a', rank }));
    await waitFor(`rank ${rank}`, () => seen.at(-1)?.rank === rank);
  }
  stop();
  assert.equal(ranks(seen), [undefined, 1, 2]);
});

run('a watch that is refused says so once, goes on, and tells nothing twice', async ({ store, proxy }) => {
  await put(store, { id: 'a', rank: 1 });
  const { seen, stop } = record(store);
  await waitFor('the document', () => seen.length === 1);
  const warnings = await warningsDuring(() =>
    away(proxy, REFUSED, () => waitFor('three refusals', () => listens(proxy) >= 4)),
  );
  await waitFor('the listening', () => listens(proxy) >= 5);
  // When a later watch has told, the one that listens again would have, too.
  const later = record(store);
  await waitFor('the document again', () => later.seen.length === 1);
  later.stop();
  await warningsDuring(async () => {
    await away(proxy, REFUSED, () => put(store, { id: 'a', rank: 2 }));
    await waitFor('the change', () => seen.at(-1)?.rank === 2);
  });
  stop();
  assert.equal(ranks(seen), [1, 2]);
  assert.is(warnings.length, 1);
  assert.match(warnings[0] ?? '', /conformanceThings.*no more/);
});

run('a watch begins although the store is away at first', async ({ store, proxy }) => {
  proxy.decide((method, n) => (method === 'Listen' && n <= 2 ? { code: UNAVAILABLE, when: 'before' } : 'ok'));
  const { seen, stop } = record(store);
  await waitFor('the absence', () => seen.length === 1);
  stop();
});

run('a watch survives that the store stands still', async ({ store }) => {
  const { seen, stop } = record(store);
  await waitFor('the absence', () => seen.length === 1);
  emulator.pause();
  const change = put(store, { id: 'a', rank: 1 });
  emulator.resume();
  await change;
  await waitFor('the change', () => seen.at(-1)?.rank === 1);
  stop();
});

run('a listener that throws hears of the next change all the same', async ({ store }) => {
  const ranksSeen: (number | undefined)[] = [];
  const stop = store.watch(things, 'a', thing => {
    ranksSeen.push(thing?.rank);
    if (ranksSeen.length === 1) throw new Error('mine');
  });
  const warnings = await warningsDuring(async () => {
    await waitFor('the absence', () => ranksSeen.length === 1);
    await put(store, { id: 'a', rank: 1 });
    await waitFor('the change', () => ranksSeen.at(-1) === 1);
  });
  stop();
  assert.equal(warnings, ['mine']);
});

run('closing the store ends its watches, whatever they are doing', async ({ store, proxy, another }) => {
  const { seen } = record(store);
  await waitFor('the absence', () => seen.length === 1);
  const waiting = another();
  proxy.decide(method => (method === 'Listen' ? REFUSED : 'ok'));
  const never = record(waiting);
  const warnings = await warningsDuring(async () => {
    await waitFor('the refusal', () => listens(proxy) === 2);
    await Promise.all([store.close(), waiting.close()]);
  });
  assert.ok(warnings.length <= 1);
  await put(another(), { id: 'a', rank: 1 });
  assert.is(seen.length, 1);
  assert.is(never.seen.length, 0);
});

test.run();

function record(store: Store): { readonly seen: (Thing | undefined)[]; stop(): void } {
  const seen: (Thing | undefined)[] = [];
  return { seen, stop: store.watch(things, 'a', thing => seen.push(thing)) };
}

/** Breaks the connections, and no listening succeeds until `body` is done. */
async function away(proxy: FirestoreProxy, fate: Fate, body: () => Promise<unknown>): Promise<void> {
  let isAway = true;
  proxy.decide(method => (method === 'Listen' && isAway ? fate : 'ok'));
  proxy.cut();
  await body();
  // The emulator loses a change that is committed just while a listening begins, so none begins before.
  isAway = false;
}

function listens(proxy: FirestoreProxy): number {
  return proxy.calls.filter(method => method === 'Listen').length;
}

function ranks(seen: readonly (Thing | undefined)[]): (number | undefined)[] {
  return seen.map(thing => thing?.rank);
}

async function warningsDuring(body: () => Promise<unknown>): Promise<string[]> {
  const messages: string[] = [];
  const note = (warning: Error) => messages.push(warning.message);
  process.on('warning', note);
  try {
    await body();
    await new Promise(resolve => setImmediate(resolve));
    return messages;
  } finally {
    process.off('warning', note);
  }
}
