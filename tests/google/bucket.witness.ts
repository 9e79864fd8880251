/**
 * The Cloud Storage bucket against an emulator that others wrote: what our own double says of the service, it says
 * again. `node tests/run.ts tests/google/bucket.witness.ts`; the binary is found by `FAKE_GCS_SERVER`, or on the PATH
 * as `fake-gcs-server`. The emulator goes by real time, so that a few of these tests wait.
 */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { registerListTests } from '../../common/platform/bucket-conformance/lists.ts';
import {
  registerLifeTests,
  registerPutTests,
  registerReadTests,
} from '../../common/platform/bucket-conformance/objects.ts';
import { registerRaceTests } from '../../common/platform/bucket-conformance/races.ts';
import { registerRuleTests } from '../../common/platform/bucket-conformance/rules.ts';
import {
  registerReadRefusals,
  registerUploadRefusals,
} from '../../common/platform/bucket-conformance/signed-refusals.ts';
import { registerReadUrlTests, registerUploadUrlTests } from '../../common/platform/bucket-conformance/signed-urls.ts';
import { PNG, type TestInWorld } from '../../common/platform/bucket-conformance/world.ts';
import {
  findStorageEmulator,
  openPublicEmulatorWorld,
  type PublicEmulatorWorld,
  STORAGE_EMULATOR,
  STORAGE_GAPS,
} from '../doubles/storage/public-emulator.ts';
import { createServiceAccount } from '../doubles/storage.ts';
import { createWitness } from '../doubles/witness-cases.ts';

const test = suite('Cloud Storage bucket on the public emulator');
const emulator = findStorageEmulator();
if (emulator) await registerAll(emulator);
else {
  test('NOT TESTED: no emulator', () => {
    console.log('NOT TESTED: the Cloud Storage bucket on the public emulator; set FAKE_GCS_SERVER to its binary');
  });
}
test.run();

async function registerAll(binary: string): Promise<void> {
  const account = await createServiceAccount();
  const witness = createWitness(test, STORAGE_EMULATOR, STORAGE_GAPS);
  const inWorld =
    (run: (world: PublicEmulatorWorld) => Promise<void>, versioning = false) =>
    async () => {
      const world = await openPublicEmulatorWorld(binary, { account, versioning });
      try {
        await run(world);
      } finally {
        await world.close();
      }
    };
  const inSuite: TestInWorld = (title, run) => witness.add(title, inWorld(run));
  registerPutTests(inSuite);
  registerRaceTests(inSuite);
  registerReadTests(inSuite);
  registerLifeTests(inSuite);
  registerRuleTests(inSuite);
  registerListTests(inSuite);
  registerReadUrlTests(inSuite);
  registerUploadUrlTests(inSuite);
  registerReadRefusals(inSuite);
  registerUploadRefusals(inSuite);

  witness.end();

  test(
    'a delete takes every version, and only those of its path',
    inWorld(async ({ bucket, versions }) => {
      for (const path of ['a', 'a-b', 'a/b']) {
        for (const content of ['one', 'two', 'three']) await bucket.put(path, Buffer.from(content), PNG);
      }
      assert.is(await versions(), 9);
      await bucket.delete('a');
      assert.is(await versions(), 6);
    }, true),
  );
}
