/**
 * A service under a steady load for a long time, while everything goes wrong now and then: what it holds is measured at
 * intervals, and in the end every order is judged as after a kill.
 */
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ended } from '../kill/bulk.ts';
import { brokenPromises, faultsFound } from '../kill/check.ts';
import { TWO_EACH } from '../kill/fleet.ts';
import { itemsUntilMade, type Order } from '../kill/orders.ts';
import { type Rig, scaleOf, withRig } from '../kill/rig.ts';
import { go, WAYS } from '../kill/traffic.ts';
import { PLATFORM } from '../service-processes.ts';
import { seededRandom } from '../test-clock.ts';
import { type Gauge, gaugeOf, logMiB } from './gauges.ts';
import { endTrouble, killNowAndThen, makeTrouble } from './trouble.ts';

export interface SoakOptions {
  readonly minutes: number;
  /** Jobs a second. */
  readonly rate: number;
  readonly seed: number;
  readonly print: (line: string) => void;
}

interface Sample {
  readonly atS: number;
  readonly gauges: readonly Gauge[];
  readonly logMiB: number;
}

const SAMPLES = 15;
const SAMPLE_MIN_MS = 10_000;
/** One of so many is more than a job that is drawn. */
const WAY_EVERY = 8;
/** Of the time: afterwards nobody is killed. */
const KILLING_SHARE = 0.3;
const LOG_MIB_MAX = 64;
const HEAP_GROWTH_MAX = 1.2;
/** What the first minutes of a process put into caches that are bounded. */
const HEAP_MIB_FREE = 8;
const FILES_FREE = 24;
const JUDGES = 6;

/** Everything that is not as it should be, a sentence each. */
export async function soak({ minutes, rate, seed, print }: SoakOptions): Promise<string[]> {
  const broken: string[] = [];
  const lengthMs = minutes * 60_000;
  const random = seededRandom(seed);
  print(
    `${PLATFORM}, ${minutes} minutes, ${rate} jobs/s, seed ${seed}; leases and sweeps run ${scaleOf(TWO_EACH)} times as fast`,
  );
  const withGauges = { roles: TWO_EACH, gauges: true };
  await withRig(
    random,
    async rig => {
      const troubles = makeTrouble(rig);
      const startedAt = performance.now();
      const isOver = () => performance.now() - startedAt >= lengthMs;
      const going = load(rig, rate, isOver);
      const killing = killNowAndThen(rig, lengthMs * KILLING_SHARE);
      const samples = await sampled(rig, { lengthMs, startedAt, isOver, troubles, print });
      await killing;
      broken.push(...(await going).map(({ message }) => message));
      endTrouble(rig);
      broken.push(...growthOf(samples, lengthMs), ...(await judged(rig)));
      print(`${rig.orders.length} orders, ${rig.kills} kills, ${troubles()} answers of the provider that were none`);
    },
    withGauges,
  );
  return broken;
}

/** Resolves with what nobody got an answer to. */
async function load(rig: Rig, rate: number, isOver: () => boolean): Promise<Error[]> {
  const failed: Error[] = [];
  const all: Promise<void>[] = [];
  const startedAt = performance.now();
  for (let count = 0; !isOver(); count++) {
    const way = count % WAY_EVERY === 0 ? WAYS[(count / WAY_EVERY) % WAYS.length] : 'draw';
    all.push(go(rig, way ?? 'draw', rig.random.fraction() * 2_000).catch((error: Error) => void failed.push(error)));
    // By the clock, so that a busy machine is not asked for less.
    await sleep(Math.max(0, startedAt + ((count + 1) * 1_000) / rate - performance.now()));
  }
  await Promise.all(all);
  return failed;
}

interface Sampling {
  readonly lengthMs: number;
  readonly startedAt: number;
  readonly isOver: () => boolean;
  readonly troubles: () => number;
  readonly print: (line: string) => void;
}

async function sampled(rig: Rig, { lengthMs, startedAt, isOver, troubles, print }: Sampling): Promise<Sample[]> {
  const samples: Sample[] = [];
  const file = gaugeFile(rig);
  print('| minute | orders | kills | provider trouble | heap MiB | memory MiB | open files | log MiB |');
  print('|---|---|---|---|---|---|---|---|');
  while (!isOver()) {
    await sleep(Math.max(SAMPLE_MIN_MS, lengthMs / SAMPLES));
    const found = await Promise.all(rig.fleet.living().map(one => gaugeOf(one, file)));
    const gauges = found.filter(gauge => gauge !== undefined);
    const sample = { atS: (performance.now() - startedAt) / 1_000, gauges, logMiB: logMiB(rig.service.directory) };
    samples.push(sample);
    const each = (of: (gauge: Gauge) => number) => gauges.map(gauge => of(gauge).toFixed(0)).join(' ');
    const [heap, memory, files] = [each(one => one.heapMiB), each(one => one.rssMiB), each(one => one.files)];
    print(
      `| ${(sample.atS / 60).toFixed(1)} | ${rig.orders.length} | ${rig.kills} | ${troubles()} ` +
        `| ${heap} | ${memory} | ${files} | ${sample.logMiB.toFixed(1)} |`,
    );
  }
  return samples;
}

export function gaugeFile({ service }: Pick<Rig, 'service'>): string {
  return join(service.directory, 'gauge');
}

/** Of each process that lived to the end: its last sample against its first in the time without kills. */
function growthOf(samples: readonly Sample[], lengthMs: number): string[] {
  const calm = samples.filter(({ atS }) => atS * 1_000 > lengthMs * (KILLING_SHARE + 0.05));
  const broken: string[] = [];
  for (const last of calm.at(-1)?.gauges ?? []) {
    const first = calm.flatMap(({ gauges }) => gauges).find(({ pid }) => pid === last.pid);
    if (!first) continue;
    if (last.heapMiB > first.heapMiB * HEAP_GROWTH_MAX + HEAP_MIB_FREE)
      broken.push(`the heap of a ${last.role} grew from ${first.heapMiB.toFixed(0)} to ${last.heapMiB.toFixed(0)} MiB`);
    if (last.files > first.files + FILES_FREE)
      broken.push(`the open files of a ${last.role} grew from ${first.files} to ${last.files}`);
  }
  const most = Math.max(0, ...samples.map(sample => sample.logMiB));
  if (most > LOG_MIB_MAX) broken.push(`the log of the database grew to ${most.toFixed(0)} MiB`);
  return broken;
}

async function judged(rig: Rig): Promise<string[]> {
  const judge = async (orders: readonly Order[]) => {
    for (const order of orders) await itemsUntilMade(rig, order);
    for (const id of orders.flatMap(({ ids }) => ids)) await ended(rig, id);
    return brokenPromises(rig, orders);
  };
  const shares = Array.from({ length: JUDGES }, (_, share) =>
    rig.orders.filter((__, index) => index % JUDGES === share),
  );
  const found = await Promise.all(shares.map(judge));
  return [...found.flat(), ...(await faultsFound(rig.service))];
}
