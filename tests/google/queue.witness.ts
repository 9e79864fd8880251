/**
 * The Cloud Tasks queue against an emulator that others wrote: what our own double says of the service, it says again.
 * `node tests/run.ts tests/google/queue.witness.ts`; the binary is found by `CLOUD_TASKS_EMULATOR`, or on the PATH as
 * `cloud-tasks-emulator`. The emulator goes by real time, so that these tests wait.
 */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { registerDeliveryTests, registerLimitTests } from '../../common/platform/queue-conformance/deliveries.ts';
import { registerFailureTests } from '../../common/platform/queue-conformance/failures.ts';
import { registerNameTests, registerTakenNameTests } from '../../common/platform/queue-conformance/names.ts';
import { registerPauseTests } from '../../common/platform/queue-conformance/pauses.ts';
import { registerRemovalTests } from '../../common/platform/queue-conformance/removals.ts';
import {
  AFTER_FIRST_BACKOFF_MS,
  type InWorld,
  record,
  task,
  until,
} from '../../common/platform/queue-conformance/world.ts';
import {
  type EmulatorWorld,
  findEmulator,
  openEmulatorWorld,
  TASKS_EMULATOR,
  TASKS_GAPS,
} from '../doubles/tasks/public-emulator.ts';
import { createWitness } from '../doubles/witness-cases.ts';

const test = suite('Cloud Tasks queue on the public emulator');
const AMPLE = { concurrency: 50, ratePerSecond: 500 };
const emulator = findEmulator();
if (emulator) registerAll(emulator);
else {
  test('NOT TESTED: no emulator', () => {
    console.log('NOT TESTED: the Cloud Tasks queue on the public emulator; set CLOUD_TASKS_EMULATOR to its binary');
  });
}
test.run();

function registerAll(binary: string): void {
  const witness = createWitness(test, TASKS_EMULATOR, TASKS_GAPS);
  const inSuite: InWorld = (title, body, limits) => witness.add(title, inWorld(binary, body, limits));
  registerDeliveryTests(inSuite);
  registerLimitTests(inSuite);
  registerTakenNameTests(inSuite);
  registerNameTests(inSuite);
  registerFailureTests(inSuite);
  registerRemovalTests(inSuite);
  registerPauseTests(inSuite);
  witness.end();
  registerOwn(binary);
}

/** What can be shown all the same of the cases that it fails, and what the suite does not ask. */
function registerOwn(binary: string): void {
  test(
    'a name under delivery or done answers `exists` and rings once',
    inWorld(binary, async world => {
      let open = () => {};
      const gate = new Promise<void>(resolve => (open = resolve));
      let deliveries = 0;
      await world.start(async () => {
        deliveries++;
        await gate;
      });
      assert.is(await world.queue.enqueue(task('a')), 'created');
      await until(world, 'the delivery', () => deliveries === 1);
      assert.is(await world.queue.enqueue(task('a')), 'exists', 'under delivery');
      open();
      await until(world, 'the end', async () => (await world.queue.exists('interactive', 'a')) === 'gone');
      assert.is(await world.queue.enqueue(task('a')), 'exists', 'done');
      await world.pass(AFTER_FIRST_BACKOFF_MS);
      assert.is(deliveries, 1);
    }),
  );

  test(
    'a paused queue says so, delivers nothing and takes on tasks; the others go on',
    inWorld(binary, async world => {
      const got = await record(world);
      await world.queue.pause('interactive');
      await world.queue.pause('interactive');
      assert.is(await world.queue.state('interactive'), 'paused');
      assert.is(await world.queue.state('bulk'), 'running');
      await world.queue.enqueue(task('a'));
      await world.queue.enqueue(task('other', 'bulk'));
      await until(world, 'the other queue', () => got.has('other'));
      await world.pass(1_000);
      assert.is(await world.queue.exists('interactive', 'a'), 'waiting');
      assert.not(got.has('a'));
      await world.queue.resume('interactive');
      assert.is(await world.queue.state('interactive'), 'running');
    }),
  );

  test(
    'a delivery bears a token for our audience and account, and the headers of Cloud Tasks',
    inWorld(binary, async world => {
      const got = await record(world);
      await world.queue.enqueue(task('a'));
      await until(world, 'the delivery, whose token was checked', () => got.has('a'));
      const { url, headers } = world.deliveries[0] ?? {};
      assert.is(url, '/tasks/job');
      assert.is(headers?.['content-type'], 'application/json');
      assert.is(headers?.['user-agent'], 'Google-Cloud-Tasks');
      assert.is(headers?.['x-cloudtasks-queuename'], 'q-interactive');
      assert.match(String(headers?.['x-cloudtasks-taskname']), /^[0-9a-f]{8}-a$/);
      assert.is(headers?.['x-cloudtasks-taskretrycount'], '0');
    }),
  );
}

function inWorld(binary: string, body: (world: EmulatorWorld) => Promise<void>, limits = AMPLE): () => Promise<void> {
  return async () => {
    const world = await openEmulatorWorld(binary, { interactive: limits, bulk: limits, upkeep: limits });
    try {
      await body(world);
    } finally {
      await world.close();
    }
  };
}
