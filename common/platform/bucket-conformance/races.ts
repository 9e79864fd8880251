/**
 * Holds a bucket to what it promises several callers at once: one winner, whole versions, no disturbed neighbours.
 */
import * as assert from 'uvu/assert';
import { bytesOf, contentOf, PNG, patterned, statOf, type TestInWorld } from './world.ts';

export function registerRaceTests(test: TestInWorld): void {
  test('of twenty puts with ifAbsent at once exactly one wins', async ({ bucket }) => {
    const contents = Array.from({ length: 20 }, (_, index) => `content ${index}`);
    const outcomes = await Promise.all(
      contents.map((content, index) =>
        bucket.put('race/x', Buffer.from(content), { ...PNG, ifAbsent: true, metadata: { index: String(index) } }),
      ),
    );
    assert.is(outcomes.filter(outcome => outcome === 'created').length, 1);
    const winner = outcomes.indexOf('created');
    assert.is(await contentOf(bucket, 'race/x'), contents[winner]);
    assert.is((await statOf(bucket, 'race/x')).metadata.index, String(winner));
  });

  test('readers during replacements see one version, whole', async ({ bucket }) => {
    const version = (index: number) => Buffer.alloc(200_000 + index, index);
    await bucket.put('a', version(0), PNG);
    const writes = Array.from({ length: 10 }, (_, index) => bucket.put('a', version(index + 1), PNG));
    const reads = Array.from({ length: 20 }, async () => bytesOf(await bucket.read('a')));
    for (const bytes of await Promise.all(reads)) assert.ok(bytes.equals(version(bytes.length - 200_000)));
    await Promise.all(writes);
  });

  test('a reader that has begun keeps its version while the object is replaced and deleted', async ({ bucket }) => {
    const old = patterned(3_000_000, 2);
    await bucket.put('a', old, PNG);
    const chunks = (await bucket.read('a'))[Symbol.asyncIterator]();
    const first = await chunks.next();
    await bucket.put('a', patterned(3_000_000, 3), PNG);
    await bucket.delete('a');
    const rest = Buffer.concat(await Array.fromAsync({ [Symbol.asyncIterator]: () => chunks }));
    assert.ok(old.equals(Buffer.concat([first.value, rest])));
  });

  test('puts and deletes of one path at once all succeed', async ({ bucket }) => {
    const lanes = Array.from({ length: 8 }, async (_, lane) => {
      for (let round = 0; round < 15; round++) {
        if (lane % 2 === 0) await bucket.put('one/path', Buffer.from(`${lane}`), { ...PNG, ifAbsent: lane % 4 === 0 });
        else await bucket.delete('one/path');
      }
    });
    await Promise.all(lanes);
    await bucket.put('one/path', Buffer.from('last'), PNG);
    assert.is(await contentOf(bucket, 'one/path'), 'last');
  });

  test('puts succeed while their neighbours are deleted', async ({ bucket }) => {
    const rounds = Array.from({ length: 8 }, async (_, lane) => {
      for (let round = 0; round < 15; round++) {
        const path = `deep/folder/of/${lane}`;
        await bucket.put(path, Buffer.from(`${round}`), { ...PNG, ifAbsent: round % 2 === 0 });
        assert.is(await contentOf(bucket, path), `${round}`);
        await bucket.delete(path);
      }
    });
    await Promise.all(rounds);
    assert.equal(await bucket.list('', { limit: 10 }), []);
  });
}
