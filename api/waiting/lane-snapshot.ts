/**
 * How a lane stands: who waits in which order, what is under way, whether it is paused. One look serves all who ask within
 * a second, so thousands of pollers cost the store as much as one. It reads at most a hundred and some runs.
 */
import { circuitOpenUntil } from '../../common/circuits.ts';
import { runs } from '../../common/collections.ts';
import type { Engine } from '../../common/engine.ts';
import { drawingModel, type QueuedLane, type Run, retiredModels } from '../../common/job.ts';
import { QUEUE_CONCURRENCY } from '../../common/limits.ts';
import { modelsFor } from '../../common/models.ts';
import { notedPause } from '../../common/pause.ts';
import { type Forecast, forecast } from './forecast.ts';
import { type Milestone, PLACES_KNOWN } from './places.ts';
import { type Sample, serviceTimes } from './service-times.ts';

export interface LaneSnapshot {
  readonly at: number;
  /** How many wait in all. */
  readonly waiting: number;
  /** The first hundred, from 1, by job. */
  readonly places: ReadonlyMap<string, number>;
  /** Of those behind the first hundred, in the order of time. */
  readonly milestones: readonly Milestone[];
  readonly forecast: Forecast;
  /** The lane's own pause. */
  readonly paused?: Halt;
  /** Jobs that no model can be asked for. */
  readonly halted: ReadonlyMap<string, Halt>;
}

/** Nothing goes on before `until` (ms since 1970), as far as that is known. */
export interface Halt {
  readonly until?: number;
}

type Source = Pick<Engine, 'store' | 'clock' | 'catalogue'>;

/** With a full queue in front of it a free slot is taken within this; one that stays free is none. */
const TAKEN_WITHIN_MS = 3_000;

export async function readLane(
  source: Source,
  lane: QueuedLane,
  { samples, moments }: { samples: readonly Sample[]; moments: readonly number[] },
): Promise<LaneSnapshot> {
  const { store, clock } = source;
  const at = clock.now();
  const slots = QUEUE_CONCURRENCY[lane];
  const [queue, working, pause] = await Promise.all([
    store.list({ from: runs, where: ofLane('queued', lane), limit: PLACES_KNOWN }),
    store.list({ from: runs, where: ofLane('running', lane), limit: 2 * slots }),
    notedPause(store, lane),
  ]);
  const running = working.items.map(workingOf);
  const underWay = running.map(({ model, startedAt }) => ({ model, ms: Math.max(0, at - startedAt), ended: false }));
  const last = queue.items.at(-1);
  const more = queue.next !== undefined && last !== undefined;
  const [waiting, ...counted] = more
    ? await Promise.all([countQueued(source, lane), ...moments.map(moment => countQueued(source, lane, moment))])
    : [queue.items.length];
  return {
    at,
    waiting,
    places: new Map(queue.items.map(({ id }, index) => [id, index + 1])),
    milestones: more ? milestonesOf({ last, at, waiting }, moments, counted) : [],
    forecast: forecast(
      {
        queued: queue.items.map(({ id, model, retryAt }) => ({ id, model, retryAt })),
        running,
        slots: slotsTaken(queue.items, running.length, { slots, at }),
      },
      serviceTimes([...samples, ...underWay]),
      at,
    ),
    ...(pause ? { paused: pause.until === undefined ? {} : { until: pause.until } } : {}),
    halted: await haltedJobs(source, queue.items, at),
  };
}

function ofLane(status: 'queued' | 'running', lane: QueuedLane, before?: number) {
  return [
    ['status', '==', status],
    ['lane', '==', lane],
    ['queuedAt', before === undefined ? '>' : '<', before ?? 0],
  ] as const;
}

function countQueued({ store }: Source, lane: QueuedLane, before?: number): Promise<number> {
  return store.count({ from: runs, where: ofLane('queued', lane, before) });
}

function workingOf({ id, attempts, model, createdAt }: Run) {
  const attempt = attempts.at(-1);
  return { id, model: attempt?.model ?? model, startedAt: attempt?.startedAt ?? createdAt };
}

/** Only moments behind the first hundred say anything; the counts are of one look, so they rise with the time. */
function milestonesOf(
  { last, at, waiting }: { last: Run; at: number; waiting: number },
  moments: readonly number[],
  counted: readonly number[],
): Milestone[] {
  const between = moments
    .map((moment, index) => ({ at: moment, before: counted[index] ?? 0 }))
    .filter(moment => moment.at > last.queuedAt && moment.at < at);
  return [{ at: last.queuedAt, before: PLACES_KNOWN }, ...between, { at, before: waiting }];
}

/**
 * The slots that there really are: a worker may have fewer than the queue would allow, because the provider said "too
 * many" or because it is a small machine. Then jobs that are due wait although slots look free.
 */
function slotsTaken(queued: readonly Run[], running: number, { slots, at }: { slots: number; at: number }): number {
  const left = queued.some(({ queuedAt, retryAt }) => Math.max(queuedAt, retryAt ?? 0) + TAKEN_WITHIN_MS < at);
  return left && running > 0 ? Math.min(slots, running) : slots;
}

/** Those whose models are all known not to answer. */
async function haltedJobs(source: Source, queued: readonly Run[], at: number): Promise<Map<string, Halt>> {
  const models = (run: Run) => {
    const ids = modelsFor(source.catalogue, run, retiredModels(run)).map(({ id }) => id);
    return ids.length > 0 ? ids : [drawingModel(run)];
  };
  const asked = [...new Set(queued.flatMap(models))];
  const until = new Map(
    await Promise.all(asked.map(async id => [id, await circuitOpenUntil(source.store, id, at)] as const)),
  );
  const halts = queued.flatMap(run => {
    const ends = models(run).map(id => until.get(id));
    if (ends.some(end => end === undefined)) return [];
    return [[run.id, { until: Math.min(...ends.map(end => end ?? 0)) }] as const];
  });
  return new Map(halts);
}
