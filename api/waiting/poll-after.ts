/**
 * When a client should ask again: soon where something will happen soon, at most every five seconds where it will not.
 * Whole seconds, so that `Retry-After` says the same.
 */

const LEAST_S = 1;
const MOST_S = 5;
/** One look for each fifth of the time that is left. */
const LOOKS = 5;
/** Of a job of which nothing can be told: the older it is, the less will a second matter. */
const BY_AGE = [
  { upToMs: 10_000, seconds: 1 },
  { upToMs: 30_000, seconds: 2 },
  { upToMs: 60_000, seconds: 3 },
] as const;

export function pollAfterMs({
  etaSeconds,
  ageMs,
  paused = false,
}: {
  etaSeconds?: number | undefined;
  /** Of the job, or since when its end is overdue. */
  ageMs: number;
  paused?: boolean;
}): number {
  const byAge = BY_AGE.find(({ upToMs }) => ageMs < upToMs)?.seconds ?? MOST_S;
  const seconds = paused ? MOST_S : etaSeconds === undefined ? byAge : Math.ceil(etaSeconds / LOOKS);
  return Math.min(MOST_S, Math.max(LEAST_S, seconds)) * 1_000;
}
