/** Makes jobs: many at once for as long as it is told, or one at a time with a pause, so that the queue is idle. */
import { setTimeout as sleep } from 'node:timers/promises';
import { nowMs } from './child.ts';

export interface Wish {
  readonly jobsMax: number;
  readonly forMs: number;
  /** How many are being added at once. */
  readonly atOnce: number;
  /** After each. */
  readonly pauseMs?: number;
  /** About this long. */
  readonly bytes: number;
}

export interface Produced {
  readonly jobs: number;
  readonly begunMs: number;
  readonly endedMs: number;
}

/** Each job begins with the time at which it was made. */
export async function produce(wish: Wish, add: (data: string) => Promise<unknown>): Promise<Produced> {
  const { jobsMax, forMs, atOnce, pauseMs, bytes } = wish;
  const filling = 'x'.repeat(bytes);
  const begunMs = nowMs();
  let jobs = 0;
  const one = async () => {
    while (jobs < jobsMax && nowMs() - begunMs < forMs) {
      jobs++;
      await add(`${nowMs()} ${filling}`);
      if (pauseMs !== undefined) await sleep(pauseMs);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, one));
  return { jobs, begunMs, endedMs: nowMs() };
}
