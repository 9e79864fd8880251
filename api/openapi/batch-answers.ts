/**
 * The batch as the API answers with it, as schemas; part of `answers.ts`.
 */
import { z } from 'zod';
import { BATCH_ID, BATCH_STATUSES } from '../../common/batches/batch.ts';
import { job } from './job-answers.ts';

const moment = z.iso.datetime();
const count = z.int().min(0);
const path = z.string().regex(/^\/v1\//);

const batchStatus = z
  .enum(BATCH_STATUSES)
  .describe(
    'Where the batch stands. `queued` and `running` go on. All of its jobs `succeeded`; only some did: `partial`; none ' +
      'did: `failed`; it was given up: `canceled`.',
  );

const batchCounts = z
  .strictObject({
    total: count.describe('All jobs of the batch; the others add up to it.'),
    ...{ queued: count, running: count, succeeded: count, blocked: count, failed: count },
    ...{ canceled: count, expired: count },
  })
  .describe('How many jobs are in which state.');

const refusedStyle = z
  .strictObject({ style: z.string(), code: z.enum(['quota_exceeded', 'budget_exhausted']) })
  .describe('A style that there was no room for.');

const batch = z
  .strictObject({
    id: z.string().regex(BATCH_ID),
    shop: z.string(),
    kind: z.literal('styles').describe('`styles` of one photo.'),
    status: batchStatus,
    done: z.boolean().describe('Whether all jobs have ended, well or not. Key on this.'),
    sequence: count.describe('Rises with each change.'),
    lane: z.enum(['interactive', 'bulk', 'economy']),
    createdAt: moment,
    finishedAt: moment.optional().describe('When the last job ended.'),
    cancelRequested: z.boolean().optional().describe('It was given up, and ends soon.'),
    counts: batchCounts,
    pollAfterMs: count.describe('Ask again after so many milliseconds; 0 when the batch is done.'),
    customId: z.string().optional(),
    metadata: z.record(z.string(), z.string()).optional(),
    costUsd: z.number().min(0).optional().describe('With a server or admin key: of all jobs together.'),
    jobs: z.array(job).describe('In the order in which the styles were asked for.'),
    refused: z.array(refusedStyle).optional().describe('With `partial`: what was not taken in.'),
    links: z.strictObject({ self: path, events: path }),
  })
  .describe('Many pictures wanted at once, with one status. Poll it until `done`.');

export const BATCH_ANSWERS = {
  Batch: batch,
  BatchStatus: batchStatus,
  BatchCounts: batchCounts,
  RefusedStyle: refusedStyle,
} as const;
