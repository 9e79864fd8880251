/**
 * Turns for transactions that lost. Those of this process that lost on the same document run again one after the other:
 * run again all at once, they would hold each other's locks once more, and one would win while the rest lose.
 */
import type { Clock } from '../clock.ts';

export interface Turn {
  /**
   * Resolves with true when it is this one's turn in all the lanes, or with false after `limitMs`. A turn is kept until
   * `leave`; who has one and asks for other lanes leaves it and queues anew.
   */
  take(lanes: readonly string[], limitMs: number): Promise<boolean>;
  leave(): void;
}

/** A turn takes some 50 ms. One that takes so long may wait for somebody behind it, and must not keep the others. */
const TURN_MS = 10_000;

export function createTurns(clock: Clock): () => Turn {
  const queue = createQueue();

  return () => {
    let held = new Set<string>();
    let leave = () => {};
    return {
      async take(lanes, limitMs) {
        if (lanes.every(lane => held.has(lane))) return true;
        leave();
        held = held.union(new Set(lanes));
        const place = queue([...held]);
        leave = place.leave;
        const isOurs = await within(clock, limitMs, place.reached);
        const cancel = isOurs ? clock.after(TURN_MS, place.leave) : () => {};
        leave = () => {
          cancel();
          place.leave();
        };
        return isOurs;
      },
      leave: () => leave(),
    };
  };
}

interface Place {
  readonly reached: Promise<unknown>;
  /** Lets the next one come; from the middle of the queue, as soon as those before have gone. */
  leave(): void;
}

function createQueue(): (lanes: readonly string[]) => Place {
  /** By lane, resolves when the last of those who queue there has gone. */
  const lasts = new Map<string, Promise<unknown>>();

  return lanes => {
    const { promise: left, resolve: leave } = Promise.withResolvers<void>();
    // Queueing in all lanes in one step gives everybody the same order in each, so that no two wait for each other.
    const reached = Promise.all(lanes.map(lane => lasts.get(lane)));
    const gone = Promise.all([reached, left]);
    for (const lane of lanes) lasts.set(lane, gone);
    void gone.then(() => {
      for (const lane of lanes) if (lasts.get(lane) === gone) lasts.delete(lane);
    });
    return { reached, leave };
  };
}

function within(clock: Clock, limitMs: number, reached: Promise<unknown>): Promise<boolean> {
  return new Promise(resolve => {
    const cancel = clock.after(limitMs, () => resolve(false));
    void reached.then(() => {
      cancel();
      resolve(true);
    });
  });
}
