/**
 * Holds a bucket's `list` to its order, its prefix and its pages.
 */
import * as assert from 'uvu/assert';
import type { Bucket } from '../bucket.ts';
import { PNG, rejectsWith, statOf, type TestInWorld } from './world.ts';

/** Around `-` < `/` < digits < `_` < letters, where the order of paths and the order of folders differ. */
const PATHS = [
  ...[
    'a-b',
    'a/-',
    'a/0',
    'a/b-c',
    'a/b/c',
    'a/b/d/e',
    'a/b0',
    'a/b_',
    'a/bb/c',
    'a/c',
    'a0',
    'a_',
    'aa/a',
    'b',
    'c/d',
  ],
];

export function registerListTests(test: TestInWorld): void {
  test('a list has every object once, in path order, with its stat', async ({ bucket }) => {
    await fill(bucket);
    const listed = await bucket.list('', { limit: 1000 });
    assert.equal(
      listed.map(object => object.path),
      [...PATHS].sort(),
    );
    for (const object of listed) assert.equal(object, await statOf(bucket, object.path));
  });

  test('a prefix may end anywhere in a path', async ({ bucket }) => {
    await fill(bucket);
    const prefixes = ['a', 'a/', 'a/b', 'a/b/', 'a/b/d', 'a/b/d/e', 'a-', 'aa', 'b', 'b/', 'c/', 'z', 'a/b/c/', '-'];
    for (const prefix of prefixes) {
      const expected = [...PATHS].sort().filter(path => path.startsWith(prefix));
      assert.equal(await pathsOf(bucket, prefix, { limit: 1000 }), expected, prefix);
    }
  });

  test('pages follow each other without a gap or a double', async ({ bucket }) => {
    await fill(bucket);
    for (const limit of [1, 2, 4, 15]) {
      for (const prefix of ['', 'a/b']) {
        const expected = [...PATHS].sort().filter(path => path.startsWith(prefix));
        assert.equal(await allPages(bucket, prefix, limit), expected, `${prefix} by ${limit}`);
      }
    }
  });

  test('a list goes on after any path, whether it is there or not', async ({ bucket }) => {
    await fill(bucket);
    for (const after of [...PATHS, '-', 'a', 'a/b', 'a/b/cc', 'a/a', 'a/z', 'a1', 'zz', 'a/b/c/d']) {
      for (const prefix of ['', 'a/b', 'c']) {
        const expected = [...PATHS].sort().filter(path => path > after && path.startsWith(prefix));
        assert.equal(await pathsOf(bucket, prefix, { limit: 1000, after }), expected, `${prefix} after ${after}`);
      }
    }
  });

  test('a limit or a prefix that breaks the rule is invalid', async ({ bucket }) => {
    for (const limit of [0, -1, 1001, 1.5, Number.NaN]) {
      await rejectsWith('invalid', () => bucket.list('', { limit }), `limit ${limit}`);
    }
    for (const prefix of ['/', '/a', 'a//', '..', '../', 'a/../', '.tmp', 'A', 'a\0', 'a%', 'a'.repeat(201)]) {
      await rejectsWith('invalid', () => bucket.list(prefix, { limit: 1 }), `prefix ${prefix}`);
    }
  });
}

async function fill(bucket: Bucket): Promise<void> {
  // Not in path order, so that the order of the answers is not that of the writes.
  for (const path of [...PATHS].reverse()) await bucket.put(path, Buffer.from(path), PNG);
}

async function pathsOf(bucket: Bucket, prefix: string, page: { limit: number; after?: string }): Promise<string[]> {
  return (await bucket.list(prefix, page)).map(object => object.path);
}

async function allPages(bucket: Bucket, prefix: string, limit: number): Promise<string[]> {
  const paths: string[] = [];
  for (;;) {
    const after = paths.at(-1);
    const page = await pathsOf(bucket, prefix, { limit, ...(after === undefined ? {} : { after }) });
    assert.ok(page.length <= limit);
    if (page.length === 0) return paths;
    paths.push(...page);
  }
}
