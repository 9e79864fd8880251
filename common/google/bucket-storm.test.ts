/**
 * A third of all requests to Cloud Storage go wrong, in every way the double knows: calls may fail, and then say so,
 * but what they answer is true and what is stored is whole.
 */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Operation } from '../../tests/doubles/storage/exchange.ts';
import type { Misbehaviour } from '../../tests/doubles/storage/trouble.ts';
import { inStorageWorld } from '../../tests/doubles/storage-world.ts';
import { seededRandom } from '../../tests/test-clock.ts';
import { contentOf, PNG } from '../platform/bucket-conformance/world.ts';
import { isPlatformError } from '../platform/errors.ts';

const OPERATIONS: readonly Operation[] = ['insert', 'rewrite', 'patch', 'stat', 'list', 'delete', 'media', 'signBlob'];
const TROUBLES: readonly Misbehaviour[] = [
  ...[408, 429, 500, 503].map(status => ({ kind: 'refuse', status }) as const),
  { kind: 'refuse-early', status: 503 },
  { kind: 'do-then-refuse', status: 503 },
  { kind: 'reset' },
  { kind: 'do-then-reset' },
  { kind: 'reset-upload', afterBytes: 1 },
  { kind: 'reset-download', afterBytes: 1 },
  { kind: 'truncate', toBytes: 1 },
  { kind: 'corrupt' },
];

for (const seed of [1, 2, 3, 4]) {
  test(
    `in a storm no put is lost, doubled or mixed (seed ${seed})`,
    inStorageWorld(
      async ({ bucket, double }) => {
        double.atRandom({ on: OPERATIONS, rate: 0.33, what: TROUBLES, random: seededRandom(seed) });
        for (let round = 0; round < 12; round++) {
          const path = `round/${round}`;
          const puts = await Promise.all(
            ['one', 'two'].map(content =>
              orUnavailable(bucket.put(path, Buffer.from(content), { ...PNG, ifAbsent: true })),
            ),
          );
          const created = puts.filter(outcome => outcome === 'created').length;
          assert.ok(created === 1 || (created === 0 && puts.includes('unavailable')), `${path}: ${puts}`);
          const versions = double.versions(path).map(({ bytes }) => bytes.toString());
          assert.ok(versions.length <= 1, `${path}: ${versions}`);
          if (created === 1) assert.equal(versions, [['one', 'two'][puts.indexOf('created')]]);
        }
      },
      { versioning: true },
    ),
  );

  test(
    `in a storm every call tells the truth or says that it failed (seed ${seed})`,
    inStorageWorld(
      async ({ bucket, double, clock }) => {
        double.atRandom({ on: OPERATIONS, rate: 0.33, what: TROUBLES, random: seededRandom(seed) });
        let failed = 0;
        const told = async <T>(call: Promise<T>, check: (value: T) => void) => {
          const value = await orUnavailable(call);
          if (value === 'unavailable') failed++;
          else check(value as T);
        };
        for (let round = 0; round < 8; round++) {
          const [from, to] = [`from/${round}`, `to/${round}`];
          const content = `content ${round}`;
          await told(bucket.put(from, Buffer.from(content), PNG), outcome => assert.is(outcome, 'created'));
          if (double.versions(from).length === 0) continue;
          await told(contentOf(bucket, from), found => assert.is(found, content));
          await told(bucket.copy(from, to), () => assert.is(double.versions(to).at(-1)?.bytes.toString(), content));
          await told(bucket.touch(from), () => {});
          await told(bucket.list(from, { limit: 5 }), found =>
            assert.equal(
              found.map(({ path }) => path),
              [from],
            ),
          );
          const expiresAt = clock.now() + 60_000;
          await told(bucket.signedReadUrl(from, { expiresAt }), url => assert.match(url, from));
          await told(bucket.delete(from), () => assert.equal(double.versions(from), []));
        }
        assert.ok(failed < 20, `${failed} calls failed`);
      },
      { versioning: true },
    ),
  );
}

test.run();

async function orUnavailable<T>(call: Promise<T>): Promise<T | 'unavailable'> {
  try {
    return await call;
  } catch (error) {
    assert.ok(isPlatformError(error, 'unavailable') || isPlatformError(error, 'contended'), `${error}`);
    return 'unavailable';
  }
}
