/**
 * When the jobs of a lane will be done, pure: those under way end after what remains of their typical time, and each
 * waiting one takes the slot that is free first.
 */
import type { ServiceTimes } from './service-times.ts';

export interface Expected {
  readonly id: string;
  readonly model: string;
}

export interface LaneState {
  /** In the order in which they were queued. */
  readonly queued: readonly (Expected & { readonly retryAt?: number | undefined })[];
  readonly running: readonly (Expected & { readonly startedAt: number })[];
  /** How many are drawn at once. */
  readonly slots: number;
}

export interface Forecast {
  /** By job, in ms since 1970. A job of which nothing is known yet is not there. */
  readonly endsAt: ReadonlyMap<string, number>;
  /** When one ends that comes `behind` others after the last of the queue. */
  laterEndsAt(behind: number): number | undefined;
  /** What an attempt takes, whatever the model. */
  readonly typicalMs?: number | undefined;
}

export function forecast({ queued, running, slots }: LaneState, times: ServiceTimes, nowMs: number): Forecast {
  const endsAt = new Map<string, number>();
  const freeAt = new Array<number>(Math.max(1, slots - running.length)).fill(nowMs);
  for (const [index, { id, model, startedAt }] of running.entries()) {
    const elapsedMs = nowMs - startedAt;
    const remaining = times.remainingMs(model, elapsedMs);
    if (remaining !== undefined) endsAt.set(id, nowMs + remaining);
    // The first of several slots is free long before any one of them is on average.
    freeAt.push(nowMs + (times.endedByMs(model, elapsedMs, spreadShare(index + 1)) ?? 0));
  }
  if (running.length >= slots) freeAt.shift();
  for (const { id, model, retryAt = 0 } of queued) {
    const typical = times.typicalMs(model);
    if (typical === undefined) continue;
    const first = firstOf(freeAt);
    // One that has to wait for its next attempt takes no slot until then.
    const waits = retryAt > (freeAt[first] ?? nowMs);
    const end = Math.max(freeAt[first] ?? nowMs, retryAt) + typical;
    endsAt.set(id, end);
    if (!waits) freeAt[first] = end;
  }
  const typical = times.typicalMs();
  return {
    endsAt,
    typicalMs: typical,
    laterEndsAt(behind) {
      if (typical === undefined) return undefined;
      return (freeAt[firstOf(freeAt)] ?? nowMs) + (typical * behind) / freeAt.length + typical;
    },
  };
}

/** 1/2, 1/4, 3/4, 1/8, …: however many there are, they lie evenly between 0 and 1 (van der Corput). */
function spreadShare(index: number): number {
  let share = 0;
  for (let rest = index, weight = 0.5; rest > 0; rest = Math.floor(rest / 2), weight /= 2) share += (rest % 2) * weight;
  return share;
}

function firstOf(freeAt: readonly number[]): number {
  return freeAt.reduce((first, at, index) => (at < (freeAt[first] ?? Number.POSITIVE_INFINITY) ? index : first), 0);
}
