/**
 * One kill at each point, on one service that lives and dies through all of them: nothing accepted is lost, nothing is
 * charged twice, nothing stays stuck. Platform: embedded. On google the same takes three minutes: `npm run torture --
 * --platform google`. More kills: `--runs`.
 */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { KILL_POINTS } from './points.ts';
import { torture } from './rounds.ts';

const test = suite('killed at every point');
export const FILE_LIMIT_MS = 400_000;

test('a process that dies at any of the points loses, doubles and keeps nothing', async () => {
  const seed = Number(process.env.KILL_SEED ?? Date.now() % 2 ** 31);
  // Each that takes seconds has its place in `tests/economy-crashes.test.ts`, too.
  const points = KILL_POINTS.filter(({ slow }) => !slow).map(({ id }) => id);
  const { kills, unmet, broken } = await torture({ mode: 'points', runs: 1, seed, points, print: console.log });
  assert.equal(broken, []);
  assert.is(unmet, 0, 'points that no process has met');
  assert.ok(kills >= 30, `${kills} kills`);
});

test.run();
