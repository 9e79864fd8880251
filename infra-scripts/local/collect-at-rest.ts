/**
 * Has a service that rests give memory back. V8 means to do that by itself; but how much is allocated it learns from its
 * collections of garbage alone, and a process that does nothing has none. So it went by the last busy moment for ever,
 * and kept a young generation that had grown under load, and what a finished job had left.
 */
import { performance } from 'node:perf_hooks';

/** V8 looks at the allocations of the last 5 s. */
const EVERY_MS = 6_000;
/** The event loop of a process that does nothing works for less in that time. */
const QUIET_MS = 50;
/**
 * What is collected, each in one more quiet stretch after work. The first tells V8 that it is quiet and takes a millisecond
 * or two; the second takes 20 to 40 ms, when nobody has asked for ten seconds. The young generation shrinks by whichever
 * V8 has seen a stretch without allocations before, by the third at the latest.
 */
const STEPS = ['minor', 'major', 'minor'] as const;

type Collect = (type: (typeof STEPS)[number]) => void;

export interface RestOptions {
  readonly collect?: Collect | undefined;
  readonly everyMs?: number;
}

/** Does nothing where Node was started without `--expose-gc`. Holds up no end of the process. */
export function collectAtRest({ collect = exposed(), everyMs = EVERY_MS }: RestOptions = {}): void {
  if (!collect) return;
  const look = createRest(collect);
  let before = performance.eventLoopUtilization();
  setInterval(() => {
    look(performance.eventLoopUtilization(before).active);
    // The collection itself is no work after which another would be due.
    before = performance.eventLoopUtilization();
  }, everyMs).unref();
}

/** To be told of each stretch of time for how many milliseconds the event loop worked in it. */
export function createRest(collect: Collect): (activeMs: number) => void {
  let done = 0;
  return activeMs => {
    const step = STEPS[done];
    if (activeMs > QUIET_MS) done = 0;
    else if (step) {
      done++;
      collect(step);
    }
  };
}

function exposed(): Collect | undefined {
  const { gc } = globalThis;
  return gc && (type => gc({ type }));
}
