/**
 * Some 2,000 requests made by dice from the OpenAPI document, at each run others. `tests/load/fuzz.load.ts` sends 100,000.
 * Platform: embedded, where a request that gets through is drawn at no cost; what is fuzzed is the API, which both share.
 */
import { suite } from 'uvu';
import { fuzzes } from './run-fuzz.ts';

const test = suite('fuzz');

test(
  '2,000 odd requests: each answer is documented, none is a fault, and a good job follows',
  fuzzes({ requests: 2_000, admitted: [0, 60] }),
);

test.run();
