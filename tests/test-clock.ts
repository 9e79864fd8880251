/**
 * A clock that stands still until a test moves it, and dice that repeat from a seed.
 */
import type { Clock, Random } from '../common/clock.ts';

export interface TestClock extends Clock {
  /** Moves time forward, running due timers in order; lets pending promises settle between them. */
  advance(ms: number): Promise<void>;
  /** Time passes while the process stands still: what fell due runs when time is moved the next time. */
  leap(ms: number): void;
}

export function testClock(startMs = Date.UTC(2026, 10, 23, 12)): TestClock {
  let nowMs = startMs;
  let serial = 0;
  const timers = new Map<number, { at: number; run: () => void }>();

  return {
    now: () => nowMs,
    after(ms, run) {
      const id = serial++;
      timers.set(id, { at: nowMs + Math.max(0, ms), run });
      return () => timers.delete(id);
    },
    leap(ms) {
      nowMs += ms;
    },
    async advance(ms) {
      const endMs = nowMs + ms;
      for (;;) {
        await settle();
        const next = [...timers].filter(([, timer]) => timer.at <= endMs).sort(([, a], [, b]) => a.at - b.at)[0];
        if (!next) break;
        const [id, timer] = next;
        timers.delete(id);
        nowMs = Math.max(nowMs, timer.at);
        timer.run();
      }
      nowMs = endMs;
      await settle();
    },
  };
}

/** Lets everything that is ready to run do so: several turns of the event loop, enough for a group commit. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 5; turn++) await new Promise(resolve => setImmediate(resolve));
}

/** Deterministic bytes and fractions (mulberry32); the same seed gives the same sequence. */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
  return {
    fraction: next,
    bytes: count => Uint8Array.from({ length: count }, () => Math.floor(next() * 256)),
  };
}
