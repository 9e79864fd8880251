/**
 * The simulation as a command: `npm run simulate -- --runs 10000 --seed 1`. Runs are spread over processes; a seed that
 * breaks a law is made smaller and printed with the end of its trace, and the command fails.
 *
 *     --runs N      how many, from --seed on (default 500)
 *     --seed N      the first seed (default 1)
 *     --processes N how many processes (default: as many as there are cores)
 *     --trace       prints every event; for a single run, with --without fault,fault and --skip client,client
 */
import { fork } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { type RunReport, simulate } from './run.ts';
import { shrink, traceOf } from './shrink.ts';

export interface Share {
  readonly runs: number;
  readonly steps: number;
  readonly jobs: number;
  readonly calls: number;
  readonly simulatedMs: number;
  /** The first seed that broke a law. */
  readonly failing?: Pick<RunReport, 'seed' | 'violations'>;
}

const TRACE_LINES = 150;

/** Runs these seeds, up to the first that breaks a law. */
export async function simulateSeeds(first: number, count: number): Promise<Share> {
  const sum = { runs: 0, steps: 0, jobs: 0, calls: 0, simulatedMs: 0 };
  for (let seed = first; seed < first + count; seed++) {
    const report = await simulate(seed);
    sum.runs++;
    for (const name of ['steps', 'jobs', 'calls', 'simulatedMs'] as const) sum[name] += report[name];
    if (report.violations.length > 0) return { ...sum, failing: { seed, violations: report.violations } };
  }
  return sum;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main();

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      ...{ runs: { type: 'string', default: '500' }, seed: { type: 'string', default: '1' } },
      ...{ processes: { type: 'string', default: String(availableParallelism()) }, trace: { type: 'boolean' } },
      ...{
        without: { type: 'string', default: '' },
        skip: { type: 'string', default: '' },
        share: { type: 'boolean' },
      },
    },
  });
  const [runs, seed, processes] = [values.runs, values.seed, values.processes].map(Number) as [number, number, number];
  if (values.share) return void process.send?.(await simulateSeeds(seed, runs));
  const without = new Set(values.without.split(',').filter(Boolean));
  const skip = new Set(values.skip.split(',').filter(Boolean).map(Number));
  if (values.trace) return console.log((await traceOf(seed, { without, skip })).join('\n'));

  const startedAt = performance.now();
  const shares = await Promise.all(sharesOf(runs, seed, Math.max(1, processes)).map(runShare));
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

function sharesOf(runs: number, seed: number, processes: number): [first: number, count: number][] {
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
  const { without, skip, report } = await shrink(seed);
  const lines = await traceOf(seed, { without, skip });
  console.log(
    `the end of the trace, made smaller (${report.steps} steps):\n  ${lines.slice(-TRACE_LINES).join('\n  ')}`,
  );
  console.log(`  ${report.violations.join('\n  ')}`);
  const left = [
    ...(without.size ? ['--without', [...without].join()] : []),
    ...(skip.size ? ['--skip', [...skip].join()] : []),
  ];
  console.log(`again, with every event: npm run simulate -- --trace --seed ${seed} ${left.join(' ')}`);
}
