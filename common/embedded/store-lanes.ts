/**
 * Lanes for transactions that lost. Those that lost on the same document (or query) run again one after the other, in
 * the order in which they lost. Run again all at once, one would win and the rest lose once more: 100 of them would
 * need 100 runs.
 */
import { GROWING_TURNS_MAX } from './sqlite-commit.ts';

/** The returned function resolves when it is the caller's turn, with the function that passes the turn on. */
export function createLanes(): (lane: string) => Promise<() => void> {
  /** A lane is here while somebody has its turn; in the list are those who wait for it. */
  const lanes = new Map<string, (() => void)[]>();

  return async lane => {
    const others = lanes.get(lane);
    if (others) await new Promise<void>(resolve => others.push(resolve));
    else lanes.set(lane, []);
    let left = false;
    const leave = () => {
      if (left) return;
      left = true;
      const next = lanes.get(lane)?.shift();
      if (next) next();
      else lanes.delete(lane);
    };
    // Work that reads and writes reaches its group commit within one turn of the event loop, and that commits within a
    // few more. Work that takes longer waits for something else, perhaps for one of those behind it: it must not keep
    // the lane.
    afterTurns(GROWING_TURNS_MAX + 2, leave);
    return leave;
  };
}

function afterTurns(turns: number, call: () => void): void {
  setImmediate(() => (turns > 1 ? afterTurns(turns - 1, call) : call()));
}
