/**
 * A line for each name: works that share a name run one after the other within this process. Admissions for one
 * shopper stand in line, so that their transactions contend only between instances and never with one another.
 */
import pLimit, { type LimitFunction } from 'p-limit';

/**
 * Runs `work` alone among all that share one of the names; resolves or rejects as it does. `work` is told whether
 * somebody stood in one of the lines when it came.
 */
export type Line = <T>(names: readonly string[], work: (waited: boolean) => Promise<T>) => Promise<T>;

export function createLine(): Line {
  const lanes = new Map<string, LimitFunction>();

  async function inLane<T>(name: string, work: () => Promise<T>): Promise<T> {
    const lane = lanes.get(name) ?? pLimit(1);
    lanes.set(name, lane);
    try {
      return await lane(work);
    } finally {
      if (lane.activeCount + lane.pendingCount === 0) lanes.delete(name);
    }
  }

  // Always entered in the same order, so that two works with two names each cannot wait for one another.
  return (names, work) => {
    const sorted = [...new Set(names)].sort();
    const waited = sorted.some(name => lanes.has(name));
    return sorted.reduceRight(
      (inner, name) => () => inLane(name, inner),
      () => work(waited),
    )();
  };
}
