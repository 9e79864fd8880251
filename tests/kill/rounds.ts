/**
 * So many kills at each point of a platform, or rounds of another mode, on one service that lives and dies through all
 * of them, and their figures. Passes come one after the other through all that was chosen, so that a limit of time
 * leaves nothing out.
 */
import { PLATFORM } from '../service-processes.ts';
import { seededRandom } from '../test-clock.ts';
import { faultsFound } from './check.ts';
import { ONE_EACH, TWO_EACH } from './fleet.ts';
import { ROUND_MODES, type RoundMode, strikeOnce } from './modes.ts';
import { KILL_POINTS, type KillPoint } from './points.ts';
import { type Rig, scaleOf, withRig } from './rig.ts';
import { type Cycle, killOnce } from './supervisor.ts';

export const MODES = ['points', ...ROUND_MODES] as const;
export type Mode = (typeof MODES)[number];

export interface TortureOptions {
  readonly mode: Mode;
  /** Kills at each point; rounds of another mode. */
  readonly runs: number;
  readonly seed: number;
  /** No pass begins after so many milliseconds. */
  readonly limitMs?: number;
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
  /** Of the times from a restart until all was done, ms; without upstream batches. */
  readonly resumed: { readonly median: number; readonly p99: number; readonly most: number };
}

/** Every so many passes the slow points have their turn. */
const SLOW_EVERY = 10;
/** Of what the processes have said before something was waited for in vain. */
const OUTPUT_SHOWN = 8_000;

interface Subject {
  readonly id: string;
  readonly what: string;
  readonly slow: boolean;
  /** What it waits for is the provider of upstream batches: no part of how soon work is resumed. */
  readonly apart: boolean;
  once(rig: Rig): Promise<Cycle>;
}

export async function torture(options: TortureOptions): Promise<TortureTotal> {
  const { mode, runs, seed, limitMs = Number.POSITIVE_INFINITY, print = () => {} } = options;
  const subjects = subjectsOf(options);
  const roles = mode === 'points' ? ONE_EACH : TWO_EACH;
  print(
    `${PLATFORM}, ${mode}, seed ${seed}, ${runs} of each of ${subjects.length}; leases and sweeps run ${scaleOf(roles)} times as fast`,
  );
  const startedAt = performance.now();
  const cycles: Cycle[] = [];
  const extra: string[] = [];
  let orders = 0;
  await withRig(
    seededRandom(seed),
    async rig => {
      for (let pass = 0; pass < runs && performance.now() - startedAt < limitMs; pass++) {
        for (const { id, slow, once } of subjects) {
          if (slow && pass % SLOW_EVERY !== 0) continue;
          const cycle = await once(rig).catch((error: Error) => {
            print(rig.service.output().slice(-OUTPUT_SHOWN));
            return failed(id, error);
          });
          cycles.push(cycle);
          for (const sentence of cycle.broken) print(`    BROKEN ${id}: ${sentence}`);
        }
      }
      extra.push(...(await faultsFound(rig.service)));
      orders = rig.orders.length;
    },
    { roles },
  );
  for (const { id, what } of subjects)
    print(
      lineOf(
        id,
        what,
        cycles.filter(({ point }) => point === id),
      ),
    );
  const total: TortureTotal = {
    kills: cycles.filter(({ killed }) => killed).length,
    unmet: cycles.filter(({ killed }) => !killed).length,
    orders,
    broken: [...cycles.flatMap(({ broken }) => broken), ...extra],
    resumed: figuresOf(cycles.filter(({ point }) => !subjects.some(({ id, apart }) => apart && id === point))),
  };
  print(summaryOf(total, mode, (performance.now() - startedAt) / 1_000));
  return total;
}

/** What was waited for in vain, or was told twice, is a broken promise like any other. */
function failed(point: string, { message }: Error): Cycle {
  return { point, killed: true, broken: [message] };
}

function subjectsOf({ mode, points = [] }: TortureOptions): Subject[] {
  if (mode !== 'points') {
    const once = (rig: Rig) => strikeOnce(rig, mode as RoundMode);
    return [{ id: mode, what: 'all that was under way', slow: false, apart: false, once }];
  }
  return KILL_POINTS.filter(
    ({ id, platforms }) => platforms.includes(PLATFORM) && (points.length === 0 || points.includes(id)),
  ).map((point: KillPoint) => ({
    id: point.id,
    what: point.when,
    slow: point.slow === true && points.length === 0,
    apart: point.slow === true,
    once: (rig: Rig) => killOnce(rig, point),
  }));
}

function lineOf(id: string, what: string, cycles: readonly Cycle[]): string {
  const { median, most } = figuresOf(cycles);
  const killed = cycles.filter(cycle => cycle.killed).length;
  return `${id.padEnd(7)} ${what.padEnd(46)} ${killed}/${cycles.length}, done after ${median} ms (at most ${most} ms)`;
}

function summaryOf(total: TortureTotal, mode: Mode, seconds: number): string {
  const { kills, unmet, orders, broken, resumed } = total;
  const { median, p99, most } = resumed;
  return (
    `${kills} ${mode === 'points' ? 'kills' : 'rounds'}, ${unmet} not met, ${orders} orders, ${broken.length} promises broken; ` +
    `all done after a restart (upstream batches apart): median ${median} ms, p99 ${p99} ms, at most ${most} ms; ${seconds.toFixed(0)} s`
  );
}

function figuresOf(cycles: readonly Cycle[]): TortureTotal['resumed'] {
  const times = cycles
    .flatMap(({ resumedMs }) => (resumedMs === undefined ? [] : [Math.round(resumedMs)]))
    .sort((a, b) => a - b);
  const at = (share: number) => times[Math.min(times.length - 1, Math.floor(times.length * share))] ?? 0;
  return { median: at(0.5), p99: at(0.99), most: at(1) };
}
