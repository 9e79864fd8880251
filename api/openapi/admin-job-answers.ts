/**
 * Jobs, their models and their figures as operators see them, as schemas; part of `admin-answers.ts`.
 */
import { z } from 'zod';
import { BULK_ID, BULK_STATES, BULK_VERBS } from '../../common/bulk/bulk-action.ts';
import { JOB_ID } from '../../common/ids.ts';
import { isDone, JOB_STATUSES } from '../../common/job.ts';
import { NOT_RETRIED } from '../../common/jobs/retry.ts';
import { TRIED } from '../../common/styles/try-style.ts';
import { budget } from './budget-answers.ts';

const moment = z.iso.datetime();
const count = z.int().min(0);
const ms = z.number().min(0);
const usd = z.number().min(0);
const nextCursor = z.string().optional().describe('`cursor` of the next page; absent on the last one.');

export const auditEntry = z
  .strictObject({
    id: z.string().regex(/^aud_[a-z0-9]{26}$/),
    at: moment,
    actor: z.string().describe("The first characters of the key's id, and its label."),
    action: z.string().describe('Such as `key.create`. More may come.'),
    target: z.string().describe('Such as `shops/default`.'),
    reason: z.string().optional(),
    detail: z.string().optional().describe('What changed.'),
  })
  .describe('What an operator did.');

const lineFields = {
  id: z.string().regex(JOB_ID),
  shop: z.string(),
  lane: z.string(),
  status: z.enum(JOB_STATUSES),
  done: z.boolean(),
  sequence: z.int().min(1).describe('Rises with each change; the ETag of the whole job.'),
  code: z.string().optional().describe('Why it ended without a picture.'),
  style: z.string().optional(),
  trial: z
    .strictObject({ of: z.enum(TRIED), by: z.string() })
    .optional()
    .describe('An operator tries the style, its draft or the version that is sold; of no shop.'),
  model: z.string().describe('That was asked last, or is to be asked.'),
  run: z.int().min(1).describe('Which run of the job this is: one more with each retry.'),
  attempts: count.describe('Rows of the ledger, of all runs.'),
  costUsd: usd.describe('Of all runs; what is not known yet by its estimate.'),
  reused: z.boolean(),
  charge: z.enum(['held', 'captured', 'released', 'none']),
  customerId: z.string().optional(),
  batchId: z.string().optional(),
  customId: z.string().optional(),
  cancelRequested: z.boolean().optional(),
  createdAt: moment,
  startedAt: moment.optional(),
  finishedAt: moment.optional(),
  retryAt: moment.optional(),
  erasedAt: moment.optional(),
};
const line = z.strictObject(lineFields).describe('A job, in one line.');

const search = z
  .strictObject({
    by: z.string().describe('What the index was asked for; every other filter was looked for in what it brought.'),
    lookedThrough: count.describe('Documents that were read for this page; at most 400 and what is shown.'),
  })
  .describe('How the page was found.');

const jobUsage = z.strictObject({ inputTokens: count, outputTextTokens: count, outputImageTokens: count });

const attemptRow = z
  .strictObject({
    run: z.int().min(1),
    fence: z.int().min(1).describe('Counts the attempts of all runs.'),
    model: z.string(),
    startedAt: moment,
    endedAt: moment.optional(),
    outcome: z.string().optional().describe('`succeeded`, `reused`, `canceled`, `crashed`, or a code.'),
    upstreamBatch: z.string().optional().describe('The batch of the provider that it was a part of.'),
    counted: z.boolean().describe('False when the provider was down for everybody.'),
    providerCode: z.string().optional().describe('What the provider answered, in its words.'),
    detail: z.string().optional(),
    billed: z.enum(['no', 'yes', 'possibly']).optional(),
    usage: jobUsage.optional(),
    costUsd: usd.optional(),
    estimateUsd: usd,
  })
  .describe('A row of the ledger.');

const file = { url: z.url(), urlExpiresAt: moment, contentType: z.string(), bytes: count, sha256: z.string() };
const happened = z.strictObject({ at: moment, what: z.string(), detail: z.string().optional() });

const whole = z
  .strictObject({
    ...lineFields,
    prompt: z.string().optional().describe('As the model is asked. Absent once it is erased.'),
    styleVersion: z.int().optional(),
    options: z.strictObject({ aspectRatio: z.string(), size: z.string(), variation: count }),
    metadata: z.record(z.string(), z.string()).optional(),
    session: z.string().optional(),
    error: z
      .strictObject({ code: z.string(), message: z.string(), retryable: z.boolean(), detail: z.string() })
      .optional()
      .describe('`message` is for the shopper, `detail` for the operator.'),
    queuedAt: moment,
    deadlineAt: moment,
    economyUntil: moment.optional().describe('Of the economy lane: from then on bulk draws it.'),
    fellBack: z
      .strictObject({ at: moment, why: z.string() })
      .optional()
      .describe('Why bulk draws what was in economy.'),
    leaseUntil: moment.optional(),
    nextCheckAt: moment.optional().describe('By when the sweeper looks.'),
    pending: z.array(z.string()).describe('What still follows its end: `webhook`, `erase`. More may come.'),
    webhookUrl: z.string().optional(),
    retry: z
      .strictObject({ possible: z.boolean(), why: z.enum(NOT_RETRIED).optional() })
      .describe('Whether it can be tried again, and else why not.'),
    input: z.strictObject(file).optional().describe('The photo, while it is kept.'),
    output: z
      .strictObject({
        ...file,
        previewUrl: z.url(),
        width: count,
        height: count,
        placeholder: z.string(),
        expiresAt: moment,
      })
      .optional(),
    attemptRows: z.array(attemptRow).describe('The ledger, oldest first.'),
    timeline: z.array(happened).describe('What happened, oldest first.'),
    acts: z.array(auditEntry).describe('What operators did to it, newest first.'),
    links: z.strictObject({
      self: z.string(),
      input: z.string(),
      output: z.string().optional(),
      deliveries: z.string(),
      audit: z.string(),
    }),
  })
  .describe('All that is known of a job.');

const named = z.strictObject({ name: z.string(), count });
const jobTally = z
  .strictObject({
    total: count,
    complete: z.boolean().describe('False: there are more than were read, and these are the newest of them.'),
    since: moment.optional().describe('The oldest submit among them.'),
    statuses: z.array(named),
    codes: z.array(named),
    hours: z.array(named).describe('By the hour of the submit.'),
    search: search.pick({ by: true }),
  })
  .describe('How many jobs a search finds.');

const held = z.strictObject({ reason: z.string(), since: moment, until: moment });
const model = z
  .strictObject({
    id: z.string(),
    fallback: z.string().optional().describe('What draws instead.'),
    retiresOn: z.string().optional(),
    circuit: z.enum(['open', 'closed']).describe('Open: it does not answer, and is not asked until `openUntil`.'),
    openSince: moment.optional(),
    openUntil: moment.optional(),
    held: held.optional().describe('An operator holds it back: its fallback draws.'),
  })
  .describe('An image model.');

const ceiling = z
  .strictObject({
    slots: z.int().min(1).nullable().describe("Jobs that each worker's process works on at once; null = as set up."),
    reason: z.string().optional(),
    since: moment.optional(),
    until: moment.optional(),
  })
  .describe('How many jobs are worked on at once.');

const percentiles = z.strictObject({ count, p50Ms: ms.optional(), p95Ms: ms.optional() });
const codes = z.array(z.strictObject({ code: z.string(), count }));
const lastJobs = z
  .strictObject({
    finished: count.describe('How many the sample holds: the last 200 that ended.'),
    since: moment.optional().describe('When the oldest of them ended.'),
    reused: count.describe('Pictures that were there already.'),
    jobs: percentiles.describe('From the queue to the picture.'),
    attempts: percentiles.describe('From the claim to the picture.'),
    codes,
  })
  .describe('How the last jobs went.');

const hour = z
  .strictObject({
    at: moment.describe('Its beginning.'),
    submitted: count,
    reused: count,
    ended: z.strictObject(Object.fromEntries(JOB_STATUSES.filter(isDone).map(status => [status, count]))),
    codes,
  })
  .describe('What happened in an hour; the last one is under way.');

const bulkFields = {
  id: z.string().regex(BULK_ID),
  action: z.enum(BULK_VERBS),
  state: z.enum(BULK_STATES),
  filter: z.record(z.string(), z.string()),
  model: z.string().optional(),
  options: z
    .strictObject({ aspectRatio: z.string().optional(), size: z.string().optional(), variation: count.optional() })
    .optional(),
  force: z.boolean().optional(),
  reason: z.string(),
  actor: z.string().describe('Who planned it.'),
  frozenAt: moment.describe('When it was planned: what ended later is not touched.'),
  goodUntil: moment.optional().describe('Until when the plan can be applied.'),
  outdated: z.literal(true).optional(),
  plan: z.strictObject({
    matched: count,
    eligible: count.describe('Those that are acted on.'),
    skipped: z.array(named).describe('Those that are left alone, by why.'),
    codes: z.array(named).describe('The eligible ones, by why they ended or by their state.'),
    complete: z.boolean().describe('False: there are more than one plan takes.'),
    estimateUsd: usd.describe('One attempt of each.'),
  }),
  ratePerSecond: z.int().min(1),
  progress: z.strictObject({
    total: count,
    looked: count,
    done: count,
    skipped: z.array(named).describe('Left alone when their turn came, by why.'),
  }),
  etaSeconds: count.optional(),
  appliedAt: moment.optional(),
  appliedBy: z.string().optional(),
  endedAt: moment.optional(),
};
const bulkAction = z.strictObject(bulkFields).describe('One thing done to many jobs.');
const bulkPlanned = z
  .strictObject({ ...bulkFields, token: z.string().describe('Only this answer has it.'), budget })
  .describe('A plan that was just made.');

export const STATS_PARTS = {
  throughput: z
    .strictObject({ minutes: count, finished: count, perMinute: z.number().min(0) })
    .describe('Runs that ended in the last minutes.'),
  last: lastJobs,
  hours: z.array(hour).describe('The last 24 that were counted, oldest first.'),
  models: z.array(model),
  ceiling,
  sweptAt: moment.optional().describe('When somebody last looked after what the queue forgot.'),
};

export const ADMIN_JOB_ANSWERS = {
  AdminJobLine: line,
  AdminJob: whole,
  AdminJobPage: z.strictObject({ jobs: z.array(line).describe('Newest first.'), nextCursor, search }),
  AdminAttempt: attemptRow,
  JobTally: jobTally,
  BulkAction: bulkAction,
  BulkPlanned: bulkPlanned,
  BulkPage: z.strictObject({ actions: z.array(bulkAction).describe('Newest first.'), nextCursor }),
  Model: model,
  ModelList: z.strictObject({ models: z.array(model) }),
  Ceiling: ceiling,
  Hour: hour,
  LastJobs: lastJobs,
  Percentiles: percentiles,
} as const;
