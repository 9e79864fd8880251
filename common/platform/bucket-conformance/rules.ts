/**
 * Holds a bucket to the rules for paths, metadata and content types: what breaks them is `invalid` in every call.
 */
import * as assert from 'uvu/assert';
import { contentOf, PNG, quoted, rejectsWith, statOf, type TestInWorld } from './world.ts';

const BAD_PATHS = [
  ...['', '/', '/a', 'a/', 'a//b', '.', '..', './a', '../a', 'a/..', 'a/../b', 'a/.', 'a.png', '.tmp/a', '...'],
  ...['A', 'aB/c', 'ä', 'cafe\u0301', 'a b', ' a', 'a\n', 'a\0', '\0', 'a\\b', '..\\a', 'C:', 'a:b', '~', '*', 'a?b'],
  ...[
    '%2e%2e',
    'a%2fb',
    'a#b',
    'a&b',
    'a+b',
    '\u2024\u2024/a',
    'a\u2215b',
    '🐈',
    'a'.repeat(201),
    `${'a/'.repeat(100)}a`,
  ],
];

export function registerRuleTests(test: TestInWorld): void {
  test('a path that breaks the rule is invalid in every call', async ({ bucket }) => {
    await bucket.put('good', Buffer.from('x'), PNG);
    for (const path of BAD_PATHS) {
      const calls: readonly (() => Promise<unknown>)[] = [
        () => bucket.put(path, Buffer.from('x'), PNG),
        () => bucket.stat(path),
        () => bucket.read(path),
        () => bucket.copy(path, 'other'),
        () => bucket.copy('good', path),
        () => bucket.touch(path),
        () => bucket.delete(path),
        () => bucket.list('', { limit: 1, after: path }),
        () => bucket.signedReadUrl(path, { expiresAt: 0 }),
        () => bucket.signedUploadUrl(path, { expiresAt: 0, ...PNG, bytesMin: 0, bytesMax: 1 }),
      ];
      for (const [index, call] of calls.entries()) await rejectsWith('invalid', call, `call ${index} ${quoted(path)}`);
    }
    assert.is((await bucket.list('', { limit: 10 })).length, 1);
  });

  test('a path within the rule is taken', async ({ bucket }) => {
    const paths = [
      '0',
      '-',
      '_',
      '--/__/-',
      'a'.repeat(200),
      `${'a1/'.repeat(66)}zz`,
      'con',
      'constructor',
      '__proto__/x',
    ];
    for (const path of paths) await bucket.put(path, Buffer.from(path), PNG);
    for (const path of paths) assert.is(await contentOf(bucket, path), path);
  });

  test('metadata or a content type that breaks the rule is invalid and stores nothing', async ({ bucket }) => {
    const metadatas = [{ '': 'x' }, { 'a-b': 'x' }, { ['k'.repeat(41)]: 'x' }, { ä: 'x' }, { big: 'x'.repeat(4094) }];
    for (const metadata of [...metadatas, { big: 'ä'.repeat(2047) }, { half: '\ud800' }]) {
      await rejectsWith('invalid', () => bucket.put('a', Buffer.from('x'), { ...PNG, metadata }));
    }
    for (const contentType of ['', 'png', 'image/', 'image/png\r\nx: y', 'image/png\n', ' image/png', 'ä/b', '/']) {
      await rejectsWith('invalid', () => bucket.put('a', Buffer.from('x'), { contentType }), quoted(contentType));
    }
    assert.is(await bucket.stat('a'), undefined);
  });

  test('metadata may take 4 KiB', async ({ bucket }) => {
    for (const value of ['x'.repeat(4056), '"'.repeat(4056), '\u0001'.repeat(4056)]) {
      const metadata = { ['K'.repeat(40)]: value };
      await bucket.put('a', Buffer.from('x'), { ...PNG, metadata });
      assert.equal({ ...(await statOf(bucket, 'a')).metadata }, metadata);
    }
  });
}
