/**
 * The simulation as a command: `npm run simulate -- --runs 10000 --seed 1`. Runs are spread over processes; a seed that
 * breaks a law is made smaller and printed with the end of its trace, and the command fails.
 */
import { fork } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { optionsOf, someOf, wholeNumberOf } from '../command-options.ts';
import { FAULT_NAMES } from './faults.ts';
import type { RunReport } from './run.ts';
import type { Share } from './share.ts';

const HELP = `npm run simulate -- [options]

  --runs N       how many, from --seed on (default 500)
  --seed N       the first seed (default 1)
  --processes N  how many processes (default: as many as there are processors)
  --trace        prints every event of the one run of --seed
  --without A,B  with --trace: faults that do not happen, of
                 ${FAULT_NAMES.join(', ')}
  --skip N,M     with --trace: clients that do not come, by their numbers
  --help         this text
`;
const TRACE_LINES = 150;

const values = optionsOf(
  {
    options: {
      ...{ runs: { type: 'string', default: '500' }, seed: { type: 'string', default: '1' } },
      ...{ processes: { type: 'string', default: String(availableParallelism()) }, trace: { type: 'boolean' } },
      ...{ without: { type: 'string', default: '' }, skip: { type: 'string', default: '' } },
      // One of the processes that the command starts.
      ...{ share: { type: 'boolean' }, help: { type: 'boolean' } },
    },
  },
  HELP,
);
const count = (option: 'runs' | 'seed' | 'processes') => wholeNumberOf(option, values[option], { help: HELP });
const [runs, seed, processes] = [count('runs'), count('seed'), count('processes')];
const left = {
  without: new Set(someOf('without', values.without, { expected: FAULT_NAMES, help: HELP })),
  skip: new Set(values.skip.split(',').filter(Boolean).map(Number)),
};
if (values.share) await sendShare();
else if (values.trace) await printTrace();
else await simulateAll();

async function sendShare(): Promise<void> {
  const { simulateSeeds } = await import('./share.ts');
  process.send?.(await simulateSeeds(seed, runs));
}

async function printTrace(): Promise<void> {
  const { traceOf } = await import('./shrink.ts');
  console.log((await traceOf(seed, left)).join('\n'));
}

async function simulateAll(): Promise<void> {
  const startedAt = performance.now();
  const shares = await Promise.all(sharesOf().map(runShare));
  const total = (name: 'runs' | 'steps' | 'jobs' | 'calls' | 'simulatedMs') =>
    shares.reduce((sum, share) => sum + share[name], 0);
  const seconds = (performance.now() - startedAt) / 1_000;
  const days = total('simulatedMs') / 86_400_000;
  console.log(
    `${total('runs')} runs from seed ${seed}, ${total('steps')} steps, ${total('jobs')} jobs, ${total('calls')} calls ` +
      `of the model, ${days.toFixed(1)} simulated days, in ${seconds.toFixed(1)} s`,
  );
  const failing = shares.flatMap(share => share.failing ?? []).sort((a, b) => a.seed - b.seed)[0];
  if (!failing) return console.log('no law was broken');
  await explain(failing);
  process.exitCode = 1;
}

function sharesOf(): [first: number, count: number][] {
  const each = Math.ceil(runs / processes);
  const starts = Array.from({ length: processes }, (_, index) => index * each).filter(start => start < runs);
  return starts.map(start => [seed + start, Math.min(each, runs - start)]);
}

function runShare([first, count]: [first: number, count: number]): Promise<Share> {
  const child = fork(fileURLToPath(import.meta.url), ['--share', '--seed', `${first}`, '--runs', `${count}`]);
  return new Promise((resolve, reject) => {
    let share: Share | undefined;
    child.once('message', message => {
      share = message as Share;
    });
    child.once('exit', code => (share ? resolve(share) : reject(new Error(`a share ended with ${code}`))));
  });
}

async function explain({ seed, violations }: Pick<RunReport, 'seed' | 'violations'>): Promise<void> {
  console.log(`\nseed ${seed} breaks a law:\n  ${violations.join('\n  ')}`);
  const { shrink, traceOf } = await import('./shrink.ts');
  const { without, skip, report } = await shrink(seed);
  const lines = await traceOf(seed, { without, skip });
  console.log(
    `the end of the trace, made smaller (${report.steps} steps):\n  ${lines.slice(-TRACE_LINES).join('\n  ')}`,
  );
  console.log(`  ${report.violations.join('\n  ')}`);
  const smaller = [
    ...(without.size ? ['--without', [...without].join()] : []),
    ...(skip.size ? ['--skip', [...skip].join()] : []),
  ];
  console.log(`again, with every event: npm run simulate -- --trace --seed ${seed} ${smaller.join(' ')}`);
}
