/**
 * One run: a stretch in which everything that the seed has drawn goes wrong, then calm, until all is done; then a while
 * more for what is late, and the last questions.
 */
import { batches, bulkActions, privacyRequests, runs, upstreamBatches } from '../../common/collections.ts';
import { isDone } from '../../common/job.ts';
import { DAY_MS } from '../../common/limits.ts';
import { QUEUES } from '../../common/platform/queue.ts';
import { unleash } from './chaos.ts';
import type { Faults } from './faults.ts';
import { finalLaws, type Told } from './final-laws.ts';
import { sendClients } from './journeys.ts';
import { STANDSTILL_MAX_MS } from './process.ts';
import { openWorld, type RunOptions, type SimulatedWorld } from './world.ts';

export interface RunReport {
  readonly seed: number;
  readonly steps: number;
  readonly violations: readonly string[];
  readonly jobs: number;
  readonly calls: number;
  /** That were drawn, whether or not they arrived. */
  readonly pictures: number;
  readonly drawn: Faults;
  readonly simulatedMs: number;
}

export interface SimulationOptions extends RunOptions {
  /** Clients that stay at home, by their number. */
  readonly skip?: ReadonlySet<number>;
}

const BUSY_MS = 300_000;
const CHAOS_MS = 420_000;
/** Longer than any wait of the domain: the tries of a webhook, of which a failing store uses up some, last 76 hours. */
const LIMIT_MS = 80 * 3_600_000;
/** What comes late may still find something to spoil. */
const AFTERWARDS_MS = 240_000;
const LOOK_EVERY = 50;

export async function simulate(seed: number, options: SimulationOptions = {}): Promise<RunReport> {
  const world = openWorld(seed, options);
  const { schedule, laws, database } = world;
  const startMs = schedule.now();
  const unforeseen = (error: unknown) =>
    laws.broken(`nobody caught: ${error instanceof Error ? error.stack : String(error)}`);
  process.on('unhandledRejection', unforeseen);
  try {
    let told: Told[] | undefined;
    unleash(world, CHAOS_MS);
    void sendClients(world, BUSY_MS, options.skip).then(all => {
      told = all;
    });
    await stepUntil(world, () => schedule.now() >= startMs + CHAOS_MS);
    world.calmDown();
    let putBack = false;
    void putRight(world).then(() => {
      putBack = true;
    });
    const quiet = await stepUntil(world, () => told !== undefined && putBack && isQuiet(world), startMs + LIMIT_MS);
    if (!quiet) laws.broken('it never became quiet');
    const endMs = schedule.now() + AFTERWARDS_MS;
    await stepUntil(world, () => schedule.now() >= endMs);
    if (told && laws.violations.length === 0) finalLaws(world, told, laws);
  } finally {
    process.off('unhandledRejection', unforeseen);
  }
  return {
    ...{ seed, drawn: world.drawn, steps: schedule.steps(), violations: laws.violations },
    jobs: database.all(runs).length,
    calls: world.provider.total('calls'),
    pictures: world.provider.total('drawn'),
    simulatedMs: schedule.now() - startMs,
  };
}

/** Stops at the first broken law: what follows from it tells nothing. */
async function stepUntil(
  { schedule, laws }: SimulatedWorld,
  enough: () => boolean,
  limitMs = Number.POSITIVE_INFINITY,
) {
  for (let step = 1; laws.violations.length === 0; step++) {
    if (step % LOOK_EVERY === 0 && enough()) return true;
    if (schedule.now() > limitMs || !(await schedule.step())) return false;
  }
  return true;
}

/**
 * An operator opens what is closed, once the last process that stood still has gone on: it may have been about to close
 * it. What a spent day would keep waiting until midnight goes on when the budget has more room.
 */
async function putRight(world: SimulatedWorld): Promise<void> {
  await world.schedule.sleep(STANDSTILL_MAX_MS);
  const until = new Date(world.schedule.now() + 2 * DAY_MS).toISOString();
  await insist(world, 'PUT', '/v1/admin/budget/override', { usd: 1_000, until, reason: 'calm again' });
  await insist(world, 'DELETE', '/v1/admin/intake?reason=calm');
  for (const queue of QUEUES) await insist(world, 'POST', `/v1/admin/queues/${queue}/resume`, {});
}

async function insist(world: SimulatedWorld, method: string, path: string, body?: unknown): Promise<void> {
  for (;;) {
    const answer = await world.ask({ method, path, as: 'admin', body });
    if (answer?.status === 200) return;
    if (answer && answer.status < 500)
      world.laws.broken(`${method} ${path} was refused: ${answer.status} ${answer.text}`);
    await world.schedule.sleep(5_000);
  }
}

function isQuiet({ database }: SimulatedWorld): boolean {
  return (
    database.all(runs).every(run => isDone(run.status) && run.nextCheckAt === undefined) &&
    database.all(batches).every(({ nextCheckAt }) => nextCheckAt === undefined) &&
    database.all(upstreamBatches).every(({ state }) => state === 'settled') &&
    database.all(bulkActions).every(({ state }) => state !== 'running') &&
    database.all(privacyRequests).every(({ state }) => state !== 'running')
  );
}
