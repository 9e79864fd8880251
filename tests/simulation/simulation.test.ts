/**
 * A cut of the simulation for every run of the tests, and the tests of the simulation itself: a seed repeats its run to
 * the last event, and bugs planted into the product are found. Platform: none; the domain, API and worker are the real
 * ones, what lies behind the seams is simulated. The long runs are `npm run simulate`.
 */
import { fork } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { FAULT_NAMES } from './faults.ts';
import { PLANTED, type PlantedName } from './planted.ts';
import { simulate } from './run.ts';
import { type Share, simulateSeeds } from './share.ts';
import { traceOf } from './shrink.ts';

const test = suite('simulation');
export const FILE_LIMIT_MS = 240_000;

const RUNS = 100;
/** A bug is to be found within so many. */
const PLANTED_RUNS_MAX = 1_000;
const CLASSICS: readonly PlantedName[] = ['stale-snapshot', 'acknowledged-early', 'unknown-commit'];
const EVERYTHING_BUT = { without: new Set<string>(), skip: new Set<number>() };

test('no law is broken, whatever a hundred seeds make go wrong', async () => {
  const share = await simulateSeeds(1, RUNS);
  assert.is(share.failing, undefined, JSON.stringify(share.failing));
  assert.is(share.runs, RUNS);
  console.log(`${share.runs} runs, ${share.steps} steps, ${share.jobs} jobs`);
});

test('a seed repeats its run to the last event, and another seed makes another run', async () => {
  for (const seed of [3, 37, 130]) {
    const [first, again] = [await traceOf(seed, EVERYTHING_BUT), await traceOf(seed, EVERYTHING_BUT)];
    assert.equal(again, first);
    assert.not.equal(await traceOf(seed + 1, EVERYTHING_BUT), first);
  }
});

test('without faults each job that was admitted is drawn once', async () => {
  for (let seed = 1; seed <= 20; seed++) {
    const { jobs, pictures, violations } = await simulate(seed, { without: new Set(FAULT_NAMES) });
    assert.equal(violations, []);
    // An upstream batch that was told to stop has been asked for more than it has drawn.
    assert.ok(pictures <= jobs, `seed ${seed}: ${pictures} pictures for ${jobs} jobs`);
  }
});

test('every bug that can be planted still has its place', async () => {
  for (const { file, replace } of Object.values(PLANTED)) {
    const source = await readFile(new URL(`../../${file}`, import.meta.url), 'utf8');
    assert.is(source.split(replace).length, 2, `${file}: ${replace}`);
  }
});

for (const name of CLASSICS) {
  test(`a planted bug is found: ${PLANTED[name].what}`, async () => {
    const { failing, runs } = await simulatePlanted(name);
    assert.ok(failing, `not within ${runs} runs`);
    console.log(`found by seed ${failing.seed}: ${failing.violations[0]}`);
  });
}

test.run();

/** In a process of its own, into which the bug is loaded. */
function simulatePlanted(name: PlantedName): Promise<Share> {
  const child = fork(
    fileURLToPath(new URL('simulate.ts', import.meta.url)),
    ['--share', '--runs', `${PLANTED_RUNS_MAX}`],
    {
      execArgv: ['--import', fileURLToPath(new URL('plant.ts', import.meta.url))],
      env: { ...process.env, EASEL_PLANTED: name },
    },
  );
  return new Promise((resolve, reject) => {
    let share: Share | undefined;
    child.once('message', message => {
      share = message as Share;
    });
    child.once('exit', code =>
      share ? resolve(share) : reject(new Error(`the process with the bug ended with ${code}`)),
    );
  });
}
