/**
 * Quota under races, fifty times in a row: `tests/races/admission.test.ts` has the shorter one and the variants.
 * Platform: embedded; `tests/google/races.emulator.ts` does it on Firestore.
 */
import { suite } from 'uvu';
import { inRounds } from '../races/admission.ts';

/** About a minute; more where others use processors and disk, to which every photo and every job is flushed. */
export const FILE_LIMIT_MS = 400_000;

const test = suite('admission, at size');

test(
  'fifty times in a row, of 1,000 submits with 100 left exactly 100 are admitted',
  inRounds(50, { racers: 1_000, left: 100 }),
);

test.run();
