/**
 * A job as operators see it: what its owner sees and what the run holds, one line of it for a list, all of it for one.
 */
import type { AuditEntry } from '../../common/documents.ts';
import { type Attempt, drawingModel, type Job, type Run } from '../../common/job.ts';
import { rfc3339 } from '../../common/job-face.ts';
import type { Pair } from '../../common/job-moves.ts';
import { whyNot } from '../../common/jobs/retry.ts';
import { OUTCOMES } from '../../common/outcomes.ts';
import { photoOfRun, pictureOfRun, previewPath } from '../../common/picture.ts';
import type { Api } from '../api.ts';
import { urlExpiry } from '../job-view.ts';
import { viewEntry } from './audit.ts';
import { usdOf } from './fields.ts';
import { timelineOf } from './timeline.ts';

/** One line of a list. */
export function viewLine({ run, job }: Pair) {
  return {
    id: run.id,
    shop: run.shop,
    lane: run.lane,
    status: run.status,
    done: job.done,
    sequence: job.sequence,
    code: job.error?.code,
    style: run.style,
    trial: run.trial && { of: run.styleVersion === undefined ? 'draft' : 'active', by: run.trial.by },
    model: drawingModel(run),
    run: run.run,
    attempts: run.attempts.length,
    costUsd: usdOf(run.attempts.reduce((sum, attempt) => sum + spentOn(attempt), 0)),
    reused: job.reused,
    charge: job.charge,
    customerId: run.owner.customer,
    batchId: job.batchId,
    customId: job.customId,
    cancelRequested: job.cancelRequested,
    createdAt: rfc3339(run.createdAt),
    startedAt: momentOf(job.startedAt),
    finishedAt: momentOf(run.finishedAt),
    retryAt: momentOf(run.retryAt),
    erasedAt: momentOf(job.erasedAt),
  };
}

/** `acts` are what operators did to it. */
export async function viewWhole(api: Api, { run, job }: Pair, acts: readonly AuditEntry[]) {
  const { clock } = api.engine;
  const refused = whyNot(api.engine, run, { wish: {}, nowMs: clock.now() });
  return {
    ...viewLine({ run, job }),
    prompt: run.prompt === '' ? undefined : run.prompt,
    styleVersion: run.styleVersion,
    options: run.options,
    metadata: job.metadata,
    session: run.owner.session,
    error: job.error && { ...job.error, detail: OUTCOMES[job.error.code].detail },
    queuedAt: rfc3339(run.queuedAt),
    deadlineAt: rfc3339(run.deadlineAt),
    economyUntil: momentOf(run.economyUntil),
    fellBack: run.fellBack && { at: rfc3339(run.fellBack.at), why: run.fellBack.why },
    leaseUntil: momentOf(run.lease?.expiresAt),
    nextCheckAt: momentOf(run.nextCheckAt),
    pending: run.pending.map(({ kind }) => kind),
    webhookUrl: run.webhook?.url,
    retry: refused === undefined ? { possible: true } : { possible: false, why: refused },
    input: await inputOf(api, { run, job }),
    output: await outputOf(api, { run, job }),
    attemptRows: run.attempts.map(attempt => viewAttempt(attempt, run)),
    timeline: timelineOf({ run, job }, acts),
    acts: acts.map(viewEntry),
    links: {
      self: `/v1/jobs/${run.id}`,
      input: `/v1/jobs/${run.id}/input`,
      output: job.output ? `/v1/jobs/${run.id}/output` : undefined,
      deliveries: `/v1/admin/deliveries?jobId=${run.id}`,
      audit: `/v1/admin/audit?target=jobs/${run.id}`,
    },
  };
}

function viewAttempt(attempt: Attempt, { run }: Run) {
  const { fence, model, outcome, providerCode, detail, billed, usage, free, costMicroUsd, estimateMicroUsd } = attempt;
  return {
    run: attempt.run ?? run,
    fence,
    model,
    startedAt: rfc3339(attempt.startedAt),
    endedAt: momentOf(attempt.endedAt),
    outcome,
    upstreamBatch: attempt.upstreamBatch,
    counted: free === undefined,
    providerCode,
    detail,
    billed,
    usage,
    costUsd: costMicroUsd === undefined ? undefined : usdOf(costMicroUsd),
    estimateUsd: usdOf(estimateMicroUsd),
  };
}

/** Where the photo can be seen; absent when it is not there any more. */
async function inputOf(api: Api, { run, job }: Pair) {
  const path = photoOfRun(run);
  if (path === undefined || job.erasedAt !== undefined) return undefined;
  const { bucket } = api.engine;
  const stat = await bucket.stat(path);
  if (!stat) return undefined;
  const expiresAt = urlExpiry(api);
  return {
    url: await bucket.signedReadUrl(path, { expiresAt }),
    urlExpiresAt: rfc3339(expiresAt),
    contentType: stat.contentType,
    bytes: stat.bytes,
    sha256: run.inputSha256,
  };
}

async function outputOf(api: Api, { run, job }: { readonly run: Run; readonly job: Job }) {
  const { output } = job;
  const path = pictureOfRun(run);
  if (!output || path === undefined) return undefined;
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

/** As it counts in the day's spend: by its estimate until the true cost is known. */
function spentOn({ costMicroUsd, estimateMicroUsd }: Attempt): number {
  return costMicroUsd ?? estimateMicroUsd;
}

function momentOf(ms: number | undefined): string | undefined {
  return ms === undefined ? undefined : rfc3339(ms);
}
