/**
 * The torture as a command: `npm run torture -- --runs 20 --seed 1 --platform embedded`. Kills the service so many times at
 * each point, one after the other, and prints a line for each point; any broken promise ends it with a failure.
 *
 *     --runs N       kills at each point (default 1)
 *     --seed N       what chance decides about them (default: from the clock, printed)
 *     --platform P   embedded (default) or google
 *     --points A,B   only these, such as K08,K16
 */
import { parseArgs } from 'node:util';

const { values } = parseArgs({
  options: {
    ...{ runs: { type: 'string', default: '1' }, seed: { type: 'string', default: String(Date.now() % 2 ** 31) } },
    ...{ platform: { type: 'string', default: 'embedded' }, points: { type: 'string', default: '' } },
  },
});
// Before anything that asks for it is loaded.
process.env.EASEL_TEST_PLATFORM = values.platform;
const { torture } = await import('./rounds.ts');
const names = values.points.split(',').filter(Boolean);
const total = await torture({
  runs: Number(values.runs),
  seed: Number(values.seed),
  points: names,
  print: console.log,
});
process.exitCode = total.broken.length > 0 || total.unmet > 0 ? 1 : 0;
// The emulator and the doubles are gone; nothing else is worth waiting for.
process.exit();
