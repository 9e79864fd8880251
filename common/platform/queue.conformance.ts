/**
 * What every queue must do, sentence by sentence of `queue.ts`. Each platform's test calls `queueConformance` with a way
 * to open an empty world: queues with the given limits, something that delivers, and a time that can pass. The suite
 * relies on at least one delivery in any order, so that a queue that delivers over HTTP can pass it too.
 */
import { suite } from 'uvu';
import { registerDeliveryTests, registerLimitTests } from './queue-conformance/deliveries.ts';
import { registerFailureTests } from './queue-conformance/failures.ts';
import { registerNameTests, registerTakenNameTests } from './queue-conformance/names.ts';
import { registerPauseTests } from './queue-conformance/pauses.ts';
import { registerRemovalTests } from './queue-conformance/removals.ts';
import type { InWorld, OpenQueueWorld } from './queue-conformance/world.ts';

export type { OpenQueueWorld, QueueWorld } from './queue-conformance/world.ts';

export function queueConformance(name: string, open: OpenQueueWorld): void {
  const tests = suite(name);
  const test: InWorld = (title, body, limits = { concurrency: 50, ratePerSecond: 500 }) =>
    tests(title, async () => {
      const world = await open({ interactive: limits, bulk: limits, upkeep: limits });
      try {
        await body(world);
      } finally {
        await world.close();
      }
    });
  registerDeliveryTests(test);
  registerLimitTests(test);
  registerTakenNameTests(test);
  registerNameTests(test);
  registerFailureTests(test);
  registerRemovalTests(test);
  registerPauseTests(test);
  tests.run();
}
