/**
 * 100,000 requests made by dice from the OpenAPI document, and bytes that are no requests, against the real service. What
 * has to hold stands in `tests/fuzz/run-fuzz.ts`; `FUZZ_SEED` repeats a run.
 */
import { suite } from 'uvu';
import { fuzzes } from '../fuzz/run-fuzz.ts';

/** Some ten minutes of two processors that do nothing else. */
export const FILE_LIMIT_MS = 3_000_000;

const test = suite('fuzz at length');
/** Between the two quarters lie 50,000 requests: what leaked half a kilobyte at each would be seen. They add 6. */
const GROWTH_MIB_MAX = 24;

test(
  '100,000 odd requests: each answer is documented, none is a fault, memory stays bounded, and a good job follows',
  fuzzes({ requests: 100_000, admitted: [20, 600], growthMibMax: GROWTH_MIB_MAX }),
);

test.run();
