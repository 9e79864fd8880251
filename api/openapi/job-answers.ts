/**
 * The job as the API answers with it, as schemas; part of `answers.ts`.
 */
import { z } from 'zod';
import { JOB_ID } from '../../common/ids.ts';
import { isDone, JOB_STATUSES, LANES } from '../../common/job.ts';
import { OUTCOMES, type OutcomeCode } from '../../common/outcomes.ts';

const OUTCOME_CODES = Object.keys(OUTCOMES) as OutcomeCode[];

const ENDS = JOB_STATUSES.filter(isDone);

const moment = z.iso.datetime();
const count = z.int().min(0);
const path = z.string().regex(/^\/v1\//);

const jobStatus = z
  .enum(JOB_STATUSES)
  .describe(
    'Where the job stands. `queued` and `running` go on; `succeeded` has a picture; `blocked` was declined by the ' +
      'safety rules of the image model; `failed`, `canceled` and `expired` (not begun in time) have none.',
  );

const outcomeCode = z
  .enum(OUTCOME_CODES)
  .describe('Why a job or an attempt ended without a picture. More codes may come.');

const jobOutput = z
  .strictObject({
    url: z
      .url()
      .optional()
      .describe(
        'Signed address of the picture. Needs no header; stays the same for 15 minutes. Absent for a session whose shop ' +
          'shows the whole picture once it is ordered.',
      ),
    urlExpiresAt: moment.describe('When `url` and `previewUrl` stop working: at least 45 minutes from now.'),
    previewUrl: z.url().describe('Signed address of a WebP with its longer side at 512 pixels.'),
    contentType: z.string(),
    width: count,
    height: count,
    bytes: count,
    sha256: z.string().regex(/^[0-9a-f]{64}$/),
    placeholder: z.string().describe('ThumbHash in base64: a blurred stand-in of about 25 bytes for instant display.'),
    expiresAt: moment.describe(
      'When the picture is deleted unless it is used again: 30 days after its last use, later when it is ordered.',
    ),
  })
  .describe('The picture of a job that succeeded.');

const jobError = z
  .strictObject({
    code: outcomeCode,
    message: z.string().describe('A sentence for the shopper.'),
    retryable: z.boolean().describe('Whether the same wish may succeed as a new job.'),
  })
  .describe('Why the job ended without a picture.');

const jobAttempt = z
  .strictObject({
    startedAt: moment,
    endedAt: moment.optional(),
    model: z.string(),
    outcome: z.enum([...OUTCOME_CODES, 'succeeded', 'reused', 'canceled', 'crashed']).optional(),
    billed: z
      .enum(['no', 'yes', 'possibly'])
      .optional()
      .describe('Whether the provider charges for it, as far as it says.'),
    costUsd: z.number().min(0).optional(),
  })
  .describe('One call of the image model, or one that was cut short.');

const jobLinks = z.strictObject({
  self: path,
  output: path.optional().describe('Redirects to a fresh signed URL of the picture.'),
});

const jobQueue = z
  .strictObject({
    position: z.int().min(1).optional().describe('Place of a queued job: 1 is drawn next. At most 100.'),
    more: z
      .literal(true)
      .optional()
      .describe('The job is not among the first 100: `position` is the least that its place can be.'),
    etaSeconds: z
      .int()
      .min(1)
      .optional()
      .describe(
        'Until the picture is done, by what the newest pictures took. In steps, and never more than before unless ' +
          'the job itself falls back. Absent while nobody can tell: before the first picture, and while paused.',
      ),
    paused: z.literal(true).optional().describe('Nothing is drawn at the moment. The job keeps its place.'),
    resumesAt: moment.optional().describe('When it goes on, if that is known.'),
  })
  .describe('How long the job has to wait.');

export const job = z
  .strictObject({
    id: z.string().regex(JOB_ID),
    shop: z.string(),
    status: jobStatus,
    done: z.boolean().describe('Whether the job has ended, well or not. Key on this, as further statuses may come.'),
    sequence: z.int().min(1).describe('Rises with each change.'),
    style: z.string().optional().describe('Absent for a job with a prompt.'),
    lane: z.enum(LANES),
    createdAt: moment,
    startedAt: moment.optional(),
    finishedAt: moment.optional(),
    retryAt: moment.optional().describe('When the next attempt starts at the earliest.'),
    attempt: count.describe('How many attempts were begun.'),
    queue: jobQueue.optional().describe('Until the job is done, as far as something is known.'),
    pollAfterMs: count.describe('Ask again after so many milliseconds, 1,000 to 5,000; 0 when the job is done.'),
    output: jobOutput.optional(),
    error: jobError.optional(),
    reused: z.boolean().describe('Whether the picture had been drawn before, which is free.'),
    charge: z
      .enum(['held', 'captured', 'released', 'none'])
      .describe("The shopper's unit of quota: held until the end, captured by a picture, else released."),
    batchId: z.string().optional().describe('The batch that it is part of.'),
    customId: z.string().optional(),
    metadata: z.record(z.string(), z.string()).optional(),
    cancelRequested: z.boolean().optional().describe('It was given up while being drawn, and ends soon.'),
    orderIds: z.array(z.string()).optional().describe("The shop's orders that the picture is kept for."),
    orderedAt: moment.optional().describe('When the latest of them was named.'),
    erasedAt: moment.optional().describe('Since when photo, picture and prompt are gone at the wish of the owner.'),
    links: jobLinks,
    model: z.string().optional().describe('With a server or admin key.'),
    costUsd: z.number().min(0).optional().describe('With a server or admin key.'),
    attempts: z.array(jobAttempt).optional().describe('With a server or admin key.'),
  })
  .describe('One picture wanted. Poll it until `done`.');

const webhookJob = job
  .omit({ output: true })
  .extend({ output: jobOutput.omit({ url: true, urlExpiresAt: true, previewUrl: true }).optional() })
  .describe('The job as a server key sees it, without signed addresses: `links.output` leads to the picture.');

const webhookEvent = z
  .strictObject({
    type: z.enum(ENDS.map(status => `job.${status}`)).describe('More may come.'),
    timestamp: moment.describe('When the job ended; the same on every try.'),
    data: webhookJob,
  })
  .describe('What a webhook tells.');

const jobPage = z.strictObject({
  jobs: z.array(job).describe('Newest first.'),
  nextCursor: z.string().optional().describe('`cursor` of the next page; absent on the last one.'),
});

export const JOB_ANSWERS = {
  Job: job,
  JobStatus: jobStatus,
  JobQueue: jobQueue,
  JobOutput: jobOutput,
  JobError: jobError,
  JobAttempt: jobAttempt,
  JobLinks: jobLinks,
  JobPage: jobPage,
  WebhookEvent: webhookEvent,
  WebhookJob: webhookJob,
  OutcomeCode: outcomeCode,
} as const;
