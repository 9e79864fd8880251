/**
 * The soak as a command. Prints a line for each interval, and fails when a promise was broken, or when heap, open files
 * or the database's log have grown.
 */
import { parseArgs } from 'node:util';

const HELP = `npm run soak -- [options]

  --minutes N    how long (default 15)
  --rate N       jobs a second (default 5)
  --seed N       what chance decides about it (default: from the clock, printed)
  --platform P   embedded (default) or google
  --help         this text
`;

const { values } = parseArgs({
  options: {
    ...{ minutes: { type: 'string', default: '15' }, rate: { type: 'string', default: '5' } },
    seed: { type: 'string', default: String(Date.now() % 2 ** 31) },
    ...{ platform: { type: 'string', default: 'embedded' }, help: { type: 'boolean' } },
  },
});
if (values.help) {
  console.log(HELP);
  process.exit();
}
const [minutes = 0, rate = 0, seed = 0] = [values.minutes, values.rate, values.seed].map(Number);
if (!(minutes > 0) || !(rate > 0) || !(seed > 0) || !['embedded', 'google'].includes(values.platform)) {
  console.error(`These options cannot be used.\n\n${HELP}`);
  process.exit(2);
}
// Before anything that asks for it is loaded.
process.env.EASEL_TEST_PLATFORM = values.platform;
const { soak } = await import('./run-soak.ts');
const broken = await soak({ minutes, rate, seed, print: console.log });
for (const sentence of broken) console.log(`BROKEN ${sentence}`);
console.log(`${broken.length} promises broken`);
process.exit(broken.length === 0 ? 0 : 1);
