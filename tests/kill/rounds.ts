/**
 * So many kills at each point of a platform, on one service that lives and dies through all of them, and their figures.
 */
import { PLATFORM } from '../service-processes.ts';
import { seededRandom } from '../test-clock.ts';
import { KILL_POINTS, type KillPoint } from './points.ts';
import { type Cycle, killOnce, SCALE, withRig } from './supervisor.ts';

export interface TortureOptions {
  readonly runs: number;
  readonly seed: number;
  /** None = all. */
  readonly points?: readonly string[];
  readonly print?: (line: string) => void;
}

export interface TortureTotal {
  readonly kills: number;
  /** Rounds in which the point was not met. */
  readonly unmet: number;
  readonly orders: number;
  readonly broken: readonly string[];
  /** Of the times from a restart until all was done, ms. */
  readonly resumed: { readonly median: number; readonly p99: number };
}

export async function torture({ runs, seed, points = [], print = () => {} }: TortureOptions): Promise<TortureTotal> {
  const chosen = KILL_POINTS.filter(
    ({ id, platforms }) => platforms.includes(PLATFORM) && (points.length === 0 || points.includes(id)),
  );
  print(
    `${PLATFORM}, seed ${seed}, ${runs} kills at each of ${chosen.length} points; leases and sweeps run ${SCALE} times as fast`,
  );
  const cycles: Cycle[] = [];
  let orders = 0;
  await withRig(seededRandom(seed), async (rig, arm) => {
    for (const point of chosen) {
      const its: Cycle[] = [];
      for (let run = 0; run < runs; run++) its.push(await killOnce(rig, arm, point));
      cycles.push(...its);
      print(lineOf(point, its));
      for (const sentence of its.flatMap(({ broken }) => broken)) print(`    BROKEN ${sentence}`);
    }
    orders = rig.orders.length;
  });
  const total: TortureTotal = {
    ...{
      kills: cycles.filter(({ killed }) => killed).length,
      unmet: cycles.filter(({ killed }) => !killed).length,
      orders,
    },
    broken: cycles.flatMap(({ broken }) => broken),
    resumed: figuresOf(cycles),
  };
  print(
    `${total.kills} kills, ${total.unmet} not met, ${total.orders} orders, ${total.broken.length} promises broken; ` +
      `done after a restart: median ${total.resumed.median} ms, p99 ${total.resumed.p99} ms`,
  );
  return total;
}

function lineOf({ id, when }: KillPoint, cycles: readonly Cycle[]): string {
  const { median, p99 } = figuresOf(cycles);
  const killed = cycles.filter(cycle => cycle.killed).length;
  return `${id.padEnd(4)} ${when.padEnd(46)} ${killed}/${cycles.length} kills, done after ${median} ms (at most ${p99} ms)`;
}

function figuresOf(cycles: readonly Cycle[]): TortureTotal['resumed'] {
  const times = cycles
    .flatMap(({ resumedMs }) => (resumedMs === undefined ? [] : [Math.round(resumedMs)]))
    .sort((a, b) => a - b);
  const at = (share: number) => times[Math.min(times.length - 1, Math.floor(times.length * share))] ?? 0;
  return { median: at(0.5), p99: at(0.99) };
}
