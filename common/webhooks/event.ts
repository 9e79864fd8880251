/**
 * What a shop's server is told: that a run of a job has ended, and the job as a server key sees it. The message names no
 * signed address, because receivers keep and log what they get; `links` lead to the picture for who has a key.
 */
import type { Delivery } from '../documents.ts';
import type { Job, PendingWebhook, Run } from '../job.ts';
import { jobLinks, rfc3339, viewDetails, viewFace } from '../job-face.ts';

/** Stable over all tries, and the same when it is made again: one event for each run of a job. */
export function eventId(jobId: string, run: number): string {
  return `evt_${jobId.replace(/^job_/, '')}_${run}`;
}

export const EVENT_ID = /^evt_[a-z0-9]{26,32}_[1-9]\d{0,3}$/;

export function runOfEvent(id: string): number {
  return Number(id.split('_').at(-1));
}

/** Nothing was tried yet. */
export function newDelivery({ id, shop, webhook, expireAt }: Run, entry: PendingWebhook, now: number): Delivery {
  return {
    id: eventId(id, entry.run),
    jobId: id,
    shop,
    type: `job.${entry.status}`,
    url: webhook?.url ?? '',
    state: 'pending',
    made: 0,
    tries: [],
    nextTryAt: entry.at,
    occurredAt: entry.at,
    createdAt: now,
    expireAt,
  };
}

/** `type` and `timestamp` are the event's for ever; `data` is the job as it is now, so an erased one shows nothing. */
export function eventBody({ type, occurredAt }: Pick<Delivery, 'type' | 'occurredAt'>, job: Job, run: Run): string {
  const { output } = job;
  const data = {
    ...viewFace(job),
    ...(output ? { output: { ...output, expiresAt: rfc3339(output.expiresAt) } } : {}),
    links: jobLinks(job),
    ...viewDetails(run),
  };
  return JSON.stringify({ type, timestamp: rfc3339(occurredAt), data });
}
