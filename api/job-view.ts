/**
 * A job as the API shows it: the public face, times in RFC 3339, and what is computed on reading, above all the signed
 * URLs, which are never stored.
 */
import { runs } from '../common/documents.ts';
import type { Attempt, Job, Output, Run } from '../common/job.ts';
import { previewPath } from '../common/picture.ts';
import type { Api } from './api.ts';

/** `detailed` = for a server or an operator, with model, cost and attempts. */
export async function viewJob(api: Api, job: Job, { detailed = false } = {}) {
  const { ownerUid: _, v: __, expireAt: ___, output, ...face } = job;
  const run = detailed || output ? await api.engine.store.get(runs, job.id) : undefined;
  const self = `/v1/jobs/${job.id}`;
  return {
    ...timesOf(face),
    ...(output && run?.outputPath !== undefined ? { output: await viewOutput(api, output, run.outputPath) } : {}),
    links: { self, ...(output ? { output: `${self}/output` } : {}) },
    ...(detailed && run ? detailsOf(run) : {}),
  };
}

/** When a URL that is signed now stops working: the same moment for all that are signed within one window. */
export function urlExpiry({ engine }: Api): number {
  const { readUrlMs, readUrlWindowMs } = engine.limits;
  return Math.floor(engine.clock.now() / readUrlWindowMs) * readUrlWindowMs + readUrlMs;
}

async function viewOutput(api: Api, output: Output, path: string) {
  const expiresAt = urlExpiry(api);
  const { bucket } = api.engine;
  return {
    url: await bucket.signedReadUrl(path, { expiresAt }),
    urlExpiresAt: rfc3339(expiresAt),
    previewUrl: await bucket.signedReadUrl(previewPath(path), { expiresAt }),
    ...output,
    expiresAt: rfc3339(output.expiresAt),
  };
}

function detailsOf(run: Run) {
  const spent = run.attempts.reduce((sum, attempt) => sum + (attempt.costMicroUsd ?? attempt.estimateMicroUsd), 0);
  return {
    model: run.attempts.at(-1)?.model ?? run.model,
    costUsd: dollars(spent),
    attempts: run.attempts.map(viewAttempt),
  };
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
function timesOf<T extends object>(face: T): Record<string, unknown> {
  const entries = Object.entries(face).map(([name, value]) =>
    name.endsWith('At') && typeof value === 'number' ? [name, rfc3339(value)] : [name, value],
  );
  return Object.fromEntries(entries) as Record<string, unknown>;
}

function rfc3339(ms: number): string {
  return new Date(ms).toISOString();
}

/** Micro-dollars as dollars with six decimals: a string would be exact, a number is what callers add up. */
function dollars(microUsd: number): number {
  return microUsd / 1_000_000;
}
