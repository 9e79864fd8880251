/**
 * Some 2,000 requests made by dice from the OpenAPI document, at each run others. `tests/load/fuzz.load.ts` sends 100,000.
 * Platform: embedded, where a request that gets through is drawn at no cost; what is fuzzed is the API, which both share.
 */
import { suite } from 'uvu';
import { fuzzes } from './run-fuzz.ts';

/** Half a minute of a busy machine, and a minute until what was switched off counts as switched on everywhere. */
export const FILE_LIMIT_MS = 300_000;

const test = suite('fuzz');

test(
  '2,000 odd requests: each answer is documented, none is a fault, and a good job follows',
  // So few requests are all warming up; `tests/load/fuzz.load.ts` looks at what they leave behind.
  fuzzes({ requests: 2_000, admitted: [0, 60], growthMibMax: 64 }),
);

test.run();
