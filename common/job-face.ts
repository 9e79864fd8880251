/**
 * A job as it is shown outside, without what is computed for one reader: times in RFC 3339, money in dollars, nothing
 * of the documents' own.
 */
import { type Attempt, drawingModel, type Job, type Run } from './job.ts';

/** All members of the public face but the picture, which each reader is shown in another way. */
export function viewFace(job: Job): Record<string, unknown> {
  const { ownerUid: _, v: __, expireAt: ___, output: ____, ...face } = job;
  return timesOf(face);
}

/** Paths of the API. */
export function jobLinks({ id, output }: Job): { readonly self: string; readonly output?: string } {
  const self = `/v1/jobs/${id}`;
  return { self, ...(output ? { output: `${self}/output` } : {}) };
}

/** For a server or an operator: model, cost and attempts. */
export function viewDetails(run: Run) {
  const spent = run.attempts.reduce((sum, attempt) => sum + (attempt.costMicroUsd ?? attempt.estimateMicroUsd), 0);
  return {
    model: drawingModel(run),
    costUsd: dollars(spent),
    attempts: run.attempts.map(viewAttempt),
  };
}

export function rfc3339(ms: number): string {
  return new Date(ms).toISOString();
}

function viewAttempt({ startedAt, endedAt, model, outcome, billed, costMicroUsd }: Attempt) {
  return {
    startedAt: rfc3339(startedAt),
    model,
    ...(endedAt !== undefined ? { endedAt: rfc3339(endedAt) } : {}),
    ...(outcome !== undefined ? { outcome } : {}),
    ...(billed !== undefined ? { billed } : {}),
    ...(costMicroUsd !== undefined ? { costUsd: dollars(costMicroUsd) } : {}),
  };
}

/** Every member that ends in `At`, from milliseconds to RFC 3339. */
export function timesOf<T extends object>(face: T): Record<string, unknown> {
  const shown: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(face)) {
    shown[name] = name.endsWith('At') && typeof value === 'number' ? rfc3339(value) : value;
  }
  return shown;
}

/** Micro-dollars as dollars with six decimals: a string would be exact, a number is what callers add up. */
function dollars(microUsd: number): number {
  return microUsd / 1_000_000;
}
