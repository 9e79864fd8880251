/** The wrapper itself, over a seam small enough to see through. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { isPlatformError } from '../common/platform/errors.ts';
import { type Fate, misbehaving } from './do-then-fail.ts';

interface Shelf {
  put(name: string, value?: number): Promise<number>;
  take(name: string): Promise<string>;
  size(): number;
}

function createShelf(): Shelf & { readonly names: string[] } {
  const names: string[] = [];
  return {
    names,
    put: async (name, value = 1) => {
      names.push(name);
      return value;
    },
    take: async name => {
      const at = names.indexOf(name);
      if (at < 0) throw new RangeError(`no ${name}`);
      return names.splice(at, 1)[0] ?? '';
    },
    size: () => names.length,
  };
}

async function failureOf(call: Promise<unknown>): Promise<unknown> {
  try {
    await call;
  } catch (error) {
    return error;
  }
  return assert.unreachable('expected a failure');
}

test('a call that is ok is passed on with its arguments, its answer and its own error', async () => {
  const shelf = createShelf();
  const seam: Shelf = misbehaving(shelf, () => 'ok');
  assert.is(await seam.put('a', 7), 7);
  assert.is(await seam.put('b'), 1);
  assert.is(seam.size(), 2);
  assert.is(await seam.take('a'), 'a');
  assert.instance(await failureOf(seam.take('a')), RangeError);
  assert.equal(shelf.names, ['b']);
});

test('a call that fails is not done', async () => {
  const shelf = createShelf();
  const error = await failureOf(misbehaving<Shelf>(shelf, () => 'fail').put('a'));
  assert.ok(isPlatformError(error, 'unavailable'));
  assert.equal(shelf.names, []);
});

test('a call that is done and then fails has happened when it fails', async () => {
  const shelf = createShelf();
  const error = await failureOf(misbehaving<Shelf>(shelf, () => 'do-then-fail').put('a'));
  assert.ok(isPlatformError(error, 'unavailable'));
  assert.equal(shelf.names, ['a']);
});

test('a call that could not be done says so itself', async () => {
  const error = await failureOf(misbehaving<Shelf>(createShelf(), () => 'do-then-fail').take('a'));
  assert.instance(error, RangeError);
});

test('the plan sees each method and the number of its call', async () => {
  const seen: [string, number][] = [];
  const fates: { [call: string]: Fate } = { 'put 2': 'fail', 'put 3': 'do-then-fail' };
  const shelf = createShelf();
  const seam = misbehaving<Shelf>(shelf, (method, callNumber) => {
    seen.push([method, callNumber]);
    return fates[`${method} ${callNumber}`] ?? 'ok';
  });
  const outcomes = await Promise.allSettled([
    seam.put('a'),
    seam.put('b'),
    seam.take('a'),
    seam.put('c'),
    seam.put('d'),
  ]);
  assert.equal(
    outcomes.map(outcome => outcome.status),
    ['fulfilled', 'rejected', 'fulfilled', 'rejected', 'fulfilled'],
  );
  assert.equal(shelf.names, ['c', 'd']);
  assert.equal(seen, [
    ['put', 1],
    ['put', 2],
    ['take', 1],
    ['put', 3],
    ['put', 4],
  ]);
});

test('a seam may be frozen, or an object of a class with private fields', async () => {
  class Counter {
    #count = 0;
    async next() {
      return ++this.#count;
    }
  }
  for (const seam of [misbehaving(new Counter(), () => 'ok'), misbehaving(Object.freeze(new Counter()), () => 'ok')]) {
    assert.is(await seam.next(), 1);
    assert.is(await seam.next(), 2);
    assert.ok('next' in seam);
  }
});

test.run();
