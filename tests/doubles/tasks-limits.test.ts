/** When the double delivers: within its queue's limits and the target's strength, and not before a task's time. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { inRawWorld } from './tasks/raw-world.ts';
import { createKeyPair } from './tasks.ts';

const test = suite('Cloud Tasks double: limits');
const keys = await createKeyPair();

test(
  'deliveries keep to the rate and to the number at once',
  inRawWorld(
    async ({ create, answer, arrivals, double, pass }) => {
      let most = 0;
      answer(async () => {
        most = Math.max(most, double.underDelivery());
        return 200;
      });
      await Promise.all(Array.from({ length: 14 }, (_, n) => create(`t${n}`)));
      await pass(5_000);
      // A burst of a fifth of the rate, then one every tenth of a second.
      assert.equal(
        arrivals.map(({ at }) => at),
        [0, 0, ...Array.from({ length: 12 }, (_, n) => (n + 1) * 100)],
      );
      assert.ok(most <= 2);
    },
    { keys, settings: { maxDispatchesPerSecond: 10, maxConcurrentDispatches: 2 } },
  ),
);

test(
  'a target that answers 503 or 429 slows its whole queue until it is well again',
  inRawWorld(
    async ({ create, answer, arrivals, pass }) => {
      let well = false;
      answer(() => (well ? 200 : 503));
      await Promise.all(Array.from({ length: 50 }, (_, n) => create(`t${n}`)));
      await pass(10_000);
      const before = arrivals.length;
      assert.ok(before < 40, `${before} attempts in 10 s at a rate of 20`);
      well = true;
      await pass(120_000);
      assert.is(new Set(arrivals.slice(before).map(({ task }) => task)).size, 50);
    },
    { keys, settings: { maxDispatchesPerSecond: 20, maxBackoffMs: 10_000 } },
  ),
);

test(
  'scheduled tasks wait, paused queues too, and after 31 days a task is gone',
  inRawWorld(
    async ({ create, client, queue, clock, names, double, pass }) => {
      await create('later', { scheduleTime: { seconds: clock.now() / 1_000 + 2 } });
      await pass(1_950);
      assert.equal(names(), []);
      await pass(100);
      assert.equal(names(), ['later']);
      await client.pauseQueue({ name: queue });
      await create('old');
      await clock.advance(31 * 86_400_000);
      assert.equal(double.tasks('q'), []);
      await create('new');
      await client.resumeQueue({ name: queue });
      await pass(1_000);
      assert.equal(names(), ['later', 'new']);
    },
    { keys },
  ),
);

test.run();
