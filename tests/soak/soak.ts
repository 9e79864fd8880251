/**
 * The soak as a command. Prints a line for each interval, and fails when a promise was broken, or when heap, open files
 * or the database's log have grown.
 */
import { numberOf, oneOf, optionsOf, wholeNumberOf } from '../command-options.ts';

const HELP = `npm run soak -- [options]

  --minutes N    how long (default 15)
  --rate N       jobs a second (default 5)
  --seed N       what chance decides about it (default: from the clock, printed)
  --platform P   embedded (default) or google
  --help         this text
`;

const values = optionsOf(
  {
    options: {
      ...{ minutes: { type: 'string', default: '15' }, rate: { type: 'string', default: '5' } },
      seed: { type: 'string', default: String(Date.now() % 2 ** 31) },
      ...{ platform: { type: 'string', default: 'embedded' }, help: { type: 'boolean' } },
    },
  },
  HELP,
);
const minutes = numberOf('minutes', values.minutes, HELP);
const rate = numberOf('rate', values.rate, HELP);
const seed = wholeNumberOf('seed', values.seed, { help: HELP });
const platform = oneOf('platform', values.platform, { expected: ['embedded', 'google'], help: HELP });
// Before anything that asks for it is loaded.
process.env.EASEL_TEST_PLATFORM = platform;
const { soak } = await import('./run-soak.ts');
const broken = await soak({ minutes, rate, seed, print: console.log });
for (const sentence of broken) console.log(`BROKEN ${sentence}`);
console.log(`${broken.length} promises broken`);
process.exit(broken.length === 0 ? 0 : 1);
