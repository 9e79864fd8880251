/**
 * The torture as a command: kills, stops, ends and replaces the processes of a real service in the middle of its work,
 * and judges what is left by its API, the pictures and the counts of the model's doubles. Prints a line for each subject;
 * any broken promise ends it with a failure.
 */
import { numberOf, oneOf, optionsOf, someOf, wholeNumberOf } from '../command-options.ts';

const HELP = `npm run torture -- [options]

  --mode M,M     of points, random, stop, term, rolling (default: all of them)
                 points   SIGKILL at each of the named points
                 random   SIGKILL at random moments, under load
                 stop     SIGSTOP for longer than a lease, then SIGCONT
                 term     SIGTERM to all processes, under load
                 rolling  each process replaced by another one, one after the other
  --runs N       kills at each point, rounds of each other mode (default 1)
  --minutes N    no further pass begins when its share of so many minutes is over
  --seed N       what chance decides about it (default: from the clock, printed)
  --platform P   embedded (default) or google
  --points A,B   only these, such as K08,K16
  --help         this text
`;

const values = optionsOf(
  {
    options: {
      ...{ mode: { type: 'string', default: '' }, runs: { type: 'string' }, minutes: { type: 'string' } },
      seed: { type: 'string', default: String(Date.now() % 2 ** 31) },
      ...{ platform: { type: 'string', default: 'embedded' }, points: { type: 'string', default: '' } },
      help: { type: 'boolean' },
    },
  },
  HELP,
);
// Before anything that asks for it is loaded.
process.env.EASEL_TEST_PLATFORM = oneOf('platform', values.platform, {
  expected: ['embedded', 'google'],
  help: HELP,
});
const { MODES, torture } = await import('./rounds.ts');
const { KILL_POINTS } = await import('./points.ts');
const points = someOf('points', values.points, { expected: [...new Set(KILL_POINTS.map(({ id }) => id))], help: HELP });
const named = someOf('mode', values.mode, { expected: MODES, help: HELP });
const modes = named.length > 0 ? named : points.length > 0 ? (['points'] as const) : MODES;
const minutes = values.minutes === undefined ? undefined : numberOf('minutes', values.minutes, HELP);
// With a limit of time alone, it goes on until that is over.
const endless = minutes === undefined ? 1 : Number.MAX_SAFE_INTEGER;
const runs = values.runs === undefined ? endless : wholeNumberOf('runs', values.runs, { help: HELP });
const seed = wholeNumberOf('seed', values.seed, { help: HELP });

let good = true;
for (const mode of modes) {
  const limit = minutes === undefined ? {} : { limitMs: (minutes * 60_000) / modes.length };
  const { broken, unmet } = await torture({ mode, runs, seed, points, print: console.log, ...limit });
  good &&= broken.length === 0 && unmet === 0;
}
// The emulator and the doubles are gone; nothing else is worth waiting for.
process.exit(good ? 0 : 1);
