/**
 * A cut of the soak: half a minute, with everything in it. Platform: embedded. The long one is `npm run soak`, on google
 * `npm run soak -- --platform google`.
 */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { soak } from './run-soak.ts';

const test = suite('soak');
export const FILE_LIMIT_MS = 300_000;

test('under load, and with everything going wrong now and then, no promise is broken and nothing grows', async () => {
  const seed = Number(process.env.SOAK_SEED ?? Date.now() % 2 ** 31);
  assert.equal(await soak({ minutes: 0.5, rate: 5, seed, print: console.log }), []);
});

test.run();
