/**
 * What befalls the processes of a service in the middle of its work, one round each: they die at random moments, stand
 * still for longer than a lease, are ended as a deploy ends them, and are replaced one after the other. Points of the
 * code know nothing of it: a round rests on signals and the clock alone.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Random } from '../../common/clock.ts';
import type { JobAnswer } from '../service.ts';
import { waitFor } from '../wait-for.ts';
import { ended } from './bulk.ts';
import { brokenPromises, faultsFound } from './check.ts';
import type { Instance } from './instance.ts';
import { itemsUntilMade } from './orders.ts';
import type { Rig } from './rig.ts';
import type { Cycle } from './supervisor.ts';
import { sendTraffic } from './traffic.ts';

export const ROUND_MODES = ['random', 'stop', 'term', 'rolling'] as const;
export type RoundMode = (typeof ROUND_MODES)[number];

/** Orders of a round, and the time within which they come. */
const ORDERS = 16;
const BUSY_MS = 4_000;
/** Long enough to be met in the middle of it, and within every drain. */
const DRAWS_MS = 1_200;
const DEATHS = 3;
const DEATH_WITHIN_MS = 2_500;
const RUNS_LIMIT_MS = 60_000;

/** What it does; answers how often it struck, and with what is wrong already. */
type Strike = (rig: Rig) => Promise<{ readonly strikes: number; readonly broken: readonly string[] }>;

const STRIKES: { readonly [mode in RoundMode]: Strike } = {
  async random(rig) {
    for (let death = 0; death < DEATHS; death++) {
      await sleep(rig.random.fraction() * DEATH_WITHIN_MS);
      const victim = pickFrom(rig.fleet.living(), rig.random);
      if (!victim) continue;
      rig.kills++;
      await rig.fleet.crash(victim);
      await rig.fleet.start();
    }
    return { strikes: DEATHS, broken: [] };
  },

  /** It wakes as one whose work others may have done: it must not change anything but what it cost. */
  async stop(rig) {
    const sleeper = pickFrom(drawing(rig), rig.random);
    if (!sleeper) throw new Error('nobody draws');
    rig.kills++;
    rig.fleet.freeze(sleeper);
    await sleep(rig.leaseMs + 1_000);
    // Where there is another one, it has taken over what the sleeper held.
    if (rig.fleet.living().some(({ role }) => role === sleeper.role)) await othersFinish(rig);
    rig.fleet.thaw(sleeper);
    // What it was about to do, it does now.
    await sleep(rig.leaseMs / 2);
    return { strikes: 1, broken: sleeper.runs() ? [] : ['a process that stood still ended'] };
  },

  async term(rig) {
    const leaving = [...rig.fleet.living()];
    const codes = await Promise.all(leaving.map(rig.fleet.retire));
    await rig.fleet.start();
    return { strikes: leaving.length, broken: notWell(codes) };
  },

  /** The new one takes work before the old one is told to end; the embedded platform has one process, and a gap. */
  async rolling(rig) {
    const codes: (number | null)[] = [];
    for (const old of [...rig.fleet.living()]) {
      if (old.role === 'whole') codes.push(await rig.fleet.retire(old));
      await rig.fleet.begin(old.role);
      if (old.role !== 'whole') codes.push(await rig.fleet.retire(old));
    }
    return { strikes: codes.length, broken: notWell(codes) };
  },
};

/** One round: traffic, the strike in the middle of it, the end of everything, and the judgement. */
export async function strikeOnce(rig: Rig, mode: RoundMode): Promise<Cycle> {
  const before = rig.orders.length;
  const deaths = rig.kills;
  rig.delayMs = DRAWS_MS;
  const underWay = sendTraffic(rig, { count: ORDERS, withinMs: BUSY_MS });
  underWay.catch(() => {});
  await waitFor('a job to run', () => someRun(rig), { limitMs: RUNS_LIMIT_MS, everyMs: 20 });
  const { strikes, broken } = await STRIKES[mode](rig);
  rig.delayMs = 0;
  const startedAt = performance.now();
  await underWay;
  const orders = rig.orders.slice(before);
  for (const order of orders) await itemsUntilMade(rig, order);
  for (const id of orders.flatMap(({ ids }) => ids)) await ended(rig, id);
  const resumedMs = performance.now() - startedAt;
  // Pictures beyond the first are held against the deaths of this round alone.
  const judged = await brokenPromises({ ...rig, kills: rig.kills - deaths }, orders);
  return {
    point: mode,
    killed: strikes > 0,
    resumedMs,
    broken: [...broken, ...judged, ...(await faultsFound(rig.service))],
  };
}

function drawing({ fleet }: Rig): readonly Instance[] {
  return fleet.living().filter(({ role }) => role !== 'api');
}

async function someRun({ service }: Rig): Promise<boolean> {
  const { body } = await service.call<{ jobs: JobAnswer[] }>('GET', '/v1/jobs?status=running&limit=1');
  return body.jobs?.length > 0;
}

/** All that has been asked for so far, the sleeper's share included. */
async function othersFinish(rig: Rig): Promise<void> {
  const asked = rig.orders.filter(({ kind }) => kind === 'job').flatMap(({ ids }) => ids);
  for (const id of asked) await ended(rig, id);
}

function notWell(codes: readonly (number | null)[]): string[] {
  return codes.filter(code => code !== 0).map(code => `a process that was asked to end ended with ${code}`);
}

function pickFrom<T>(choices: readonly T[], { fraction }: Random): T | undefined {
  return choices[Math.floor(fraction() * choices.length)];
}
