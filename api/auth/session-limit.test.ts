import type { Context } from 'koa';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { EmbeddedPlatform } from '../../common/embedded/platform.ts';
import { createEngine } from '../../common/engine.ts';
import { ProblemError } from '../../common/errors.ts';
import type { Transaction } from '../../common/platform/store.ts';
import { inWorld } from '../../tests/world.ts';
import { createSessionLimit, SESSIONS_PER_HOUR } from './session-limit.ts';

const test = suite('session limit');

const from = (address: string) => ({ state: { address } }) as unknown as Context;

test(
  'three instances that count at the same moment open twenty sessions together',
  inWorld(async ({ engine }) => {
    const instances = [engine, createEngine(engine), createEngine(engine)].map(createSessionLimit);
    const counts = instances.flatMap(limit => Array.from({ length: SESSIONS_PER_HOUR }, () => limit));
    const counted = await Promise.allSettled(counts.map(limit => limit.count(from('192.0.2.1'))));
    const refused = counted.flatMap(result => (result.status === 'rejected' ? [result.reason] : []));
    assert.is(counted.length - refused.length, SESSIONS_PER_HOUR);
    assert.ok(refused.every(isExceeded));
    for (const limit of instances) {
      assert.ok(isExceeded(await limit.check(from('192.0.2.1')).catch(error => error)));
      await limit.check(from('192.0.2.2'));
    }
  }),
);

test('whoever insists costs the store nothing until the hour is over', () => {
  let transactions = 0;
  const around = ({ store }: EmbeddedPlatform) => ({
    store: {
      ...store,
      transaction: <T>(work: (tx: Transaction) => Promise<T>) => {
        transactions++;
        return store.transaction(work);
      },
    },
  });
  return inWorld(
    async ({ engine, clock }) => {
      const limit = createSessionLimit(engine);
      const insist = () => Promise.allSettled(Array.from({ length: 100 }, () => limit.count(from('192.0.2.1'))));
      await insist();
      assert.is(transactions, SESSIONS_PER_HOUR + 1);
      await insist();
      assert.is(transactions, SESSIONS_PER_HOUR + 1);
      await clock.advance(3_600_000);
      await insist();
      assert.is(transactions, 2 * (SESSIONS_PER_HOUR + 1));
    },
    { around },
  )();
});

test.run();

function isExceeded(error: unknown): boolean {
  return error instanceof ProblemError && error.code === 'sessions_exceeded';
}
