/**
 * What a client that waits for a job is told: its place, how long it will take, and when to ask again. Computed on
 * reading from a snapshot of the lane; nothing of it is stored, and no job waits for it.
 */
import type { Engine } from '../../common/engine.ts';
import type { Job, QueuedLane } from '../../common/job.ts';
import { type Halt, type LaneSnapshot, readLane } from './lane-snapshot.ts';
import { createAskedTimes, PLACES_KNOWN, placeBetween } from './places.ts';
import { pollAfterMs } from './poll-after.ts';
import { createMeasured } from './service-times.ts';
import { createShownEta, type Estimate } from './shown-eta.ts';

export interface QueueView {
  /** 1 = next. */
  readonly position?: number;
  /** The place is not among the first hundred: `position` is the least that it can be. */
  readonly more?: true;
  readonly etaSeconds?: number;
  /** Nothing goes on at the moment, so no time can be told. */
  readonly paused?: true;
  /** When it goes on, if that is known; ms since 1970. */
  readonly resumesAt?: number;
}

export interface WaitingView {
  readonly queue?: QueueView;
  readonly pollAfterMs: number;
}

export type Waiting = (job: Job) => Promise<WaitingView>;

type WaitingParts = Pick<Engine, 'store' | 'clock' | 'catalogue' | 'log'>;

const SNAPSHOT_MS = 1_000;

export function createWaiting(engine: WaitingParts): Waiting {
  const { clock } = engine;
  const shown = createShownEta(clock);
  const measured = createMeasured(engine);
  const lanes = {
    interactive: createLaneLook(engine, 'interactive', measured),
    bulk: createLaneLook(engine, 'bulk', measured),
  };

  return async job => {
    if (job.done) return { pollAfterMs: 0 };
    const now = clock.now();
    const ageMs = now - job.createdAt;
    // An upstream batch has no line to stand in, and its end cannot be foretold.
    if (job.lane === 'economy') return { pollAfterMs: pollAfterMs({ ageMs }) };
    // Who waits is told how the job stands even if the queue cannot be looked at.
    const lane = await lanes[job.lane]().catch(() => undefined);
    if (!lane) return { pollAfterMs: pollAfterMs({ ageMs }) };
    const { halt, place, endsAt } = job.status === 'queued' ? queuedIn(lane, job) : begunIn(lane, job, now);
    const position = place === undefined ? {} : positionOf(place);
    if (halt || endsAt === undefined) {
      shown.forget(job.id);
      return {
        ...queueOf({ ...position, ...(halt ? haltOf(halt) : {}) }),
        pollAfterMs: pollAfterMs({ ageMs, paused: halt !== undefined }),
      };
    }
    const estimate: Estimate = { ms: endsAt - now, cause: String(job.sequence), position: place };
    const { seconds: etaSeconds, overdueMs } = shown.show(job.id, estimate);
    const after = overdueMs > 0 ? { ageMs: overdueMs } : { ageMs, etaSeconds };
    return { ...queueOf({ ...position, etaSeconds }), pollAfterMs: pollAfterMs(after) };
  };
}

/** The lane as of at most a second ago, looked at once for all who ask. */
function createLaneLook(
  engine: WaitingParts,
  lane: QueuedLane,
  measured: ReturnType<typeof createMeasured>,
): () => Promise<SharedLane> {
  const asked = createAskedTimes();
  let look: { at: number; lane: Promise<SharedLane> } | undefined;
  return async () => {
    const now = engine.clock.now();
    if (!look || now - look.at >= SNAPSHOT_MS) {
      const read = measured().then(async samples => ({
        asked,
        fresh: new Map<string, number>(),
        snapshot: await readLane(engine, lane, { samples, moments: asked.take() }),
      }));
      look = { at: now, lane: read };
      read.catch((error: unknown) =>
        engine.log.warn('a queue cannot be told to those who wait', { queue: lane, error }),
      );
    }
    return look.lane;
  };
}

interface SharedLane {
  readonly snapshot: LaneSnapshot;
  readonly asked: ReturnType<typeof createAskedTimes>;
  /** Jobs that came after the look, with the place behind all that wait. */
  readonly fresh: Map<string, number>;
}

interface Standing {
  readonly halt?: Halt | undefined;
  readonly place?: number | undefined;
  readonly endsAt?: number | undefined;
}

function queuedIn({ snapshot, asked, fresh }: SharedLane, job: Job): Standing {
  const { places, milestones, forecast, waiting } = snapshot;
  const known = places.get(job.id);
  // Whom the look did not reach is halted with those ahead, if all of them are.
  const allHalted = snapshot.halted.size === places.size ? [...snapshot.halted.values()][0] : undefined;
  const halt = snapshot.paused ?? snapshot.halted.get(job.id) ?? (known === undefined ? allHalted : undefined);
  if (known !== undefined) return { halt, place: known, endsAt: forecast.endsAt.get(job.id) };
  const behind = milestones.length > 0;
  if (job.createdAt >= snapshot.at) {
    if (behind) asked.add(job.createdAt);
    const order = fresh.get(job.id) ?? fresh.size;
    fresh.set(job.id, order);
    const place = waiting + order + 1;
    return { halt, place, endsAt: forecast.laterEndsAt(place - places.size - 1) };
  }
  // It has just left the queue, and this is the state before: then it was the next.
  if (!behind) return { halt, place: 1, ...begunIn({ snapshot }, job, snapshot.at) };
  asked.add(job.createdAt);
  const place = Math.max(PLACES_KNOWN + 1, placeBetween(milestones, job.createdAt) + 1);
  return { halt, place, endsAt: forecast.laterEndsAt(place - places.size - 1) };
}

/** One that the look did not see under way has just begun. */
function begunIn({ snapshot: { forecast } }: Pick<SharedLane, 'snapshot'>, job: Job, now: number): Standing {
  const { endsAt, typicalMs } = forecast;
  return { endsAt: endsAt.get(job.id) ?? (typicalMs === undefined ? undefined : now + typicalMs) };
}

function positionOf(place: number): QueueView {
  return place > PLACES_KNOWN ? { position: PLACES_KNOWN, more: true } : { position: place };
}

function haltOf({ until }: Halt): QueueView {
  return { paused: true, ...(until === undefined ? {} : { resumesAt: until }) };
}

function queueOf(queue: QueueView): { readonly queue?: QueueView } {
  return Object.keys(queue).length > 0 ? { queue } : {};
}
