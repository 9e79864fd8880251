/**
 * A job as the API shows it: the public face, times in RFC 3339, and what is computed on reading, above all the signed
 * URLs, which are never stored.
 */
import { runs } from '../common/documents.ts';
import type { Job, Output } from '../common/job.ts';
import { jobLinks, rfc3339, timesOf, viewDetails, viewFace } from '../common/job-face.ts';
import { previewPath } from '../common/picture.ts';
import type { Api } from './api.ts';
import type { WaitingView } from './waiting/waiting.ts';

/** `detailed` = for a server or an operator, with model, cost and attempts. */
export async function viewJob(
  api: Api,
  job: Job,
  { detailed = false, waiting }: { detailed?: boolean; waiting?: WaitingView } = {},
) {
  const { output } = job;
  const { queue, pollAfterMs } = waiting ?? (await api.waiting(job));
  const run = detailed || output ? await api.engine.store.get(runs, job.id) : undefined;
  return {
    ...viewFace(job),
    ...(queue ? { queue: timesOf(queue) } : {}),
    pollAfterMs,
    ...(output && run?.outputPath !== undefined ? { output: await viewOutput(api, output, run.outputPath) } : {}),
    links: jobLinks(job),
    ...(detailed && run ? viewDetails(run) : {}),
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
