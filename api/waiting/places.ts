/**
 * Which place a waiting job has in its lane. The first hundred are known one by one. Behind them the time of the submit
 * tells the place: between moments of which it is known how many jobs were queued before them.
 */

/** How many jobs of the lane wait that were queued before `at`. */
export interface Milestone {
  readonly at: number;
  readonly before: number;
}

/** So many places are told exactly; of the others it is told that they are not among them. */
export const PLACES_KNOWN = 100;
const MILESTONES = 8;
/** More are not needed to know where those who ask stand. */
const ASKED_MAX = 1_000;

/** Between two milestones as if the jobs had come evenly. They have to be in the order of their times. */
export function placeBetween(milestones: readonly Milestone[], at: number): number {
  const next = milestones.findIndex(milestone => milestone.at > at);
  const [from, to] = [milestones[next === -1 ? milestones.length - 1 : next - 1], milestones[next]];
  if (!from) return PLACES_KNOWN;
  if (!to) return from.before;
  return Math.round(from.before + ((to.before - from.before) * (at - from.at)) / (to.at - from.at));
}

/** Remembers the times of those who asked, to choose the moments that the next look should count at. */
export function createAskedTimes() {
  let asked: number[] = [];
  return {
    add(at: number): void {
      if (asked.length < ASKED_MAX) asked.push(at);
    },
    /** Up to eight moments, spread as those who asked are; begins anew. */
    take(): readonly number[] {
      const times = [...new Set(asked)].sort((a, b) => a - b);
      asked = [];
      if (times.length <= MILESTONES) return times;
      const step = (times.length - 1) / (MILESTONES - 1);
      return Array.from({ length: MILESTONES }, (_, index) => times[Math.round(index * step)] ?? 0);
    },
  };
}
