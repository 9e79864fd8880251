/**
 * The seconds that a waiting client is shown: rounded up in steps that grow with them, so that an answer changes only
 * when it says something new, and never more than before without a cause. An estimate that was too good stands still.
 */

export interface Estimate {
  readonly ms: number;
  /** A new one lets the shown time rise: the job moved on or fell back. */
  readonly cause: string;
  readonly position?: number | undefined;
}

export interface ShownEta {
  readonly seconds: number;
  /** For how long it could not be lowered any more, in ms: the estimate has turned out too good. */
  readonly overdueMs: number;
}

/** From this many seconds on they are shown in steps of so many. */
const STEPS = [
  { from: 120, step: 30 },
  { from: 60, step: 10 },
  { from: 20, step: 5 },
  { from: 8, step: 2 },
  { from: 0, step: 1 },
] as const;
/** Jobs that are waited for in one process at once; beyond, one shown long ago may rise. */
const JOBS_MAX = 20_000;

interface Shown {
  readonly seconds: number;
  readonly cause: string;
  readonly position: number;
  readonly since: number;
}

export function createShownEta({ now }: { now(): number }) {
  const shown = new Map<string, Shown>();
  return {
    show(id: string, { ms, cause, position = 0 }: Estimate): ShownEta {
      const last = shown.get(id);
      const holds = last && last.cause === cause && position <= last.position;
      const estimated = steppedSeconds(ms);
      const seconds = holds ? Math.min(last.seconds, estimated) : estimated;
      const since = holds && seconds === last.seconds ? last.since : now();
      shown.delete(id);
      shown.set(id, { seconds, cause, position, since });
      if (shown.size > JOBS_MAX) shown.delete(shown.keys().next().value ?? '');
      return { seconds, overdueMs: seconds > 1 ? 0 : Math.max(0, now() - since - 1_000) };
    },
    /** Nothing is shown now, so what is shown next is new. */
    forget(id: string): void {
      shown.delete(id);
    },
  };
}

/** At least 1: as long as a job is not done, nobody can say that no time is left. */
export function steppedSeconds(ms: number): number {
  const seconds = Math.max(1, Math.ceil(ms / 1_000));
  const { step } = STEPS.find(({ from }) => seconds > from) ?? { step: 1 };
  return Math.ceil(seconds / step) * step;
}
