/**
 * Turns for transactions that lost. Those of this process that lost on the same document run again one after the other:
 * run again all at once, they would hold each other's locks once more, and one would win while the rest lose.
 */
import type { Clock } from '../clock.ts';

export interface Turn {
  /** Resolves when it is this one's turn in all the lanes. It is kept until `leave`, or taken anew for other lanes. */
  take(lanes: readonly string[]): Promise<void>;
  leave(): void;
}

/** A turn takes some 50 ms. One that takes so long may wait for somebody behind it, and must not keep the others. */
const TURN_MS = 10_000;

export function createTurns(clock: Clock): () => Turn {
  /** By lane, resolves when the last of those who queue there has left. */
  const lasts = new Map<string, Promise<void>>();

  return () => {
    let held = new Set<string>();
    let leave = () => {};
    return {
      async take(lanes) {
        if (lanes.every(lane => held.has(lane))) return;
        leave();
        held = held.union(new Set(lanes));
        const { promise: left, resolve } = Promise.withResolvers<void>();
        // Queueing in all lanes in one step gives everybody the same order in each, so that no two wait for each other.
        const before = [...held].map(lane => lasts.get(lane));
        for (const lane of held) lasts.set(lane, left);
        await Promise.all(before);
        const cancel = clock.after(TURN_MS, resolve);
        leave = () => {
          cancel();
          for (const lane of held) if (lasts.get(lane) === left) lasts.delete(lane);
          resolve();
        };
      },
      leave: () => leave(),
    };
  };
}
