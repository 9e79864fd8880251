/**
 * Holds a platform's bucket to every sentence of `bucket.ts`. Each platform's own test file registers the suite; each
 * test opens a bucket of its own, and nothing in it knows what stands behind the seam.
 */
import { suite } from 'uvu';
import { registerListTests } from './bucket-conformance/lists.ts';
import { registerLifeTests, registerPutTests, registerReadTests } from './bucket-conformance/objects.ts';
import { registerRaceTests } from './bucket-conformance/races.ts';
import { registerRuleTests } from './bucket-conformance/rules.ts';
import { registerReadRefusals, registerUploadRefusals } from './bucket-conformance/signed-refusals.ts';
import { registerReadUrlTests, registerUploadUrlTests } from './bucket-conformance/signed-urls.ts';
import type { BucketWorld, TestInWorld } from './bucket-conformance/world.ts';

export type { BucketWorld } from './bucket-conformance/world.ts';

export interface ConformanceOptions {
  /** False leaves out what public emulators cannot show: that whoever serves the URLs refuses wrong ones. */
  readonly refusesRequests?: boolean;
}

export function bucketConformance(
  name: string,
  open: () => Promise<BucketWorld>,
  { refusesRequests = true }: ConformanceOptions = {},
): void {
  const tests = suite(name);
  const test: TestInWorld = (title, run) =>
    tests(title, async () => {
      const world = await open();
      try {
        await run(world);
      } finally {
        await world.close();
      }
    });
  registerPutTests(test);
  registerRaceTests(test);
  registerReadTests(test);
  registerLifeTests(test);
  registerRuleTests(test);
  registerListTests(test);
  registerReadUrlTests(test);
  registerUploadUrlTests(test);
  if (refusesRequests) {
    registerReadRefusals(test);
    registerUploadRefusals(test);
  }
  tests.run();
}
