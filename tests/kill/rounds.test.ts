/**
 * One round of each other mode of the torture: processes die at random moments under load, stand still for longer than
 * a lease, are ended by SIGTERM and are replaced. Platform: embedded. On google, with two workers and two APIs side by
 * side, the same takes three minutes: `npm run torture -- --platform google --mode random,stop,term,rolling`.
 */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { ROUND_MODES } from './modes.ts';
import { torture } from './rounds.ts';

const test = suite('processes that die, stand still, end and are replaced under load');
export const FILE_LIMIT_MS = 400_000;

const WHAT = {
  random: 'killed at random moments',
  stop: 'that stands still for longer than a lease',
  term: 'that is asked to end under load',
  rolling: 'that is replaced under load',
} as const;

for (const mode of ROUND_MODES) {
  test(`a service ${WHAT[mode]} loses, doubles and keeps nothing`, async () => {
    const seed = Number(process.env.KILL_SEED ?? Date.now() % 2 ** 31);
    const { broken, unmet } = await torture({ mode, runs: 1, seed, print: console.log });
    assert.equal(broken, []);
    assert.is(unmet, 0);
  });
}

test.run();
