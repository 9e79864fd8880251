/**
 * A job as the API shows it: the public face, times in RFC 3339, and what is computed on reading, above all the signed
 * URLs, which are never stored.
 */
import { runs } from '../common/collections.ts';
import type { Job, Output } from '../common/job.ts';
import { jobLinks, rfc3339, timesOf, viewDetails, viewFace } from '../common/job-face.ts';
import type { Api } from './api.ts';
import type { PictureUrls } from './picture-urls.ts';
import type { WaitingView } from './waiting/waiting.ts';

export interface ViewOptions {
  /** For a server or an operator, with model, cost and attempts. */
  readonly detailed?: boolean;
  /** Whether the reader may have the whole picture; by default an operator and a server may, and others as the shop says. */
  readonly released?: boolean;
  readonly waiting?: WaitingView;
}

export async function viewJob(api: Api, job: Job, options: ViewOptions = {}) {
  const { detailed = false, waiting } = options;
  const { output } = job;
  const { queue, pollAfterMs } = waiting ?? (await api.waiting(job));
  const run = detailed ? await api.engine.store.get(runs, job.id) : undefined;
  const released = options.released ?? (detailed || (await isReleased(api, job)));
  const expiresAt = urlExpiry(api);
  const urls = await api.pictureUrls(job, { expiresAt, released, run });
  return {
    ...viewFace(job),
    ...(queue ? { queue: timesOf(queue) } : {}),
    pollAfterMs,
    ...(output && urls ? { output: viewOutput(output, urls, expiresAt) } : {}),
    links: jobLinks(job),
    ...(detailed && run ? viewDetails(run) : {}),
  };
}

/** When a URL that is signed now stops working: the same moment for all that are signed within one window. */
export function urlExpiry({ engine }: Api): number {
  const { readUrlMs, readUrlWindowMs } = engine.limits;
  return Math.floor(engine.clock.now() / readUrlWindowMs) * readUrlWindowMs + readUrlMs;
}

/** Whether a shopper may have the whole picture, and not only see its preview. */
export async function isReleased({ shops }: Api, { shop, orderIds }: Job): Promise<boolean> {
  return orderIds !== undefined || (await shops.find(shop))?.release !== 'on-order';
}

function viewOutput(output: Output, { url, previewUrl }: PictureUrls, expiresAt: number) {
  return {
    ...(url === undefined ? {} : { url }),
    urlExpiresAt: rfc3339(expiresAt),
    previewUrl,
    ...output,
    expiresAt: rfc3339(output.expiresAt),
  };
}
