/**
 * The batch as the API answers with it, as schemas; part of `answers.ts`.
 */
import { z } from 'zod';
import { BATCH_ID, BATCH_STATUSES, INVALID_LISTED_MAX } from '../../common/batches/batch.ts';
import { job } from './job-answers.ts';

const moment = z.iso.datetime();
const count = z.int().min(0);
const path = z.string().regex(/^\/v1\//);

const batchStatus = z
  .enum(BATCH_STATUSES)
  .describe(
    'Where the batch stands. `validating` (each line is looked at), `queued` and `running` go on. All of its jobs `succeeded`; only some did: `partial`; none ' +
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

const invalidLine = z
  .strictObject({
    line: z.int().min(1).describe('From 1; of a JSON array the place in it.'),
    customId: z.string().optional(),
    pointer: z.string().describe('JSON pointer into the line, such as `/style`; empty when it is no item at all.'),
    detail: z.string(),
  })
  .describe('An item that is not valid.');

const batchTier = z
  .strictObject({
    why: z.string().describe('Why this lane was chosen, with the figures that decided.'),
    expectedAt: moment.describe('When all is expected to be done.'),
    inTime: z.boolean().describe('Whether that is before `deliverBy`, or before the deadline of the lane.'),
  })
  .describe('How the lane was chosen.');

const batchPaused = z
  .strictObject({
    because: z.enum(['operator', 'budget', 'provider']).optional().describe('Who wanted it, as far as that is noted.'),
    resumesAt: moment.optional().describe('When it goes on, if that is known.'),
  })
  .describe("Nothing of the lane is begun now. `budget`: the day's share of batches is used up.");

const batchLinks = z.strictObject({
  self: path,
  events: path,
  items: path.optional().describe('Of items: the jobs, a page at a time.'),
  results: path.optional().describe('Of items: what came of each, as NDJSON.'),
});

const named = {
  id: z.string().regex(BATCH_ID),
  shop: z.string(),
  kind: z.enum(['styles', 'items']).describe('`styles` of one photo, or many `items`.'),
  lane: z.enum(['interactive', 'bulk', 'economy']),
  createdAt: moment,
  finishedAt: moment.optional().describe('When the last job ended, or, of items, when that was noted.'),
  cancelRequested: z.boolean().optional().describe('It was given up.'),
  customId: z.string().optional(),
  metadata: z.record(z.string(), z.string()).optional(),
  links: batchLinks,
};

const batch = z
  .strictObject({
    ...named,
    status: batchStatus,
    done: z.boolean().describe('Whether all jobs have ended, well or not. Key on this.'),
    sequence: count.describe('Rises with each change; of items with each job that ends.'),
    counts: batchCounts.describe('Of items as of at most two seconds ago.'),
    pollAfterMs: count.describe('Ask again after so many milliseconds; 0 when the batch is done.'),
    paused: batchPaused.optional(),
    costUsd: z.number().min(0).optional().describe('With a server or admin key: of all jobs together, so far.'),
    jobs: z.array(job).optional().describe('Of styles: in the order in which they were asked for.'),
    refused: z.array(refusedStyle).optional().describe('With `partial`: what was not taken in.'),
    deliverBy: moment.optional(),
    tier: batchTier.optional(),
    estimateUsd: z.number().min(0).optional().describe('Of items: one call of the model for each.'),
    invalid: z
      .strictObject({
        count,
        lines: z.array(invalidLine).describe(`At most ${INVALID_LISTED_MAX} of them.`),
      })
      .optional()
      .describe('Of items: those that are not valid.'),
    rejected: z
      .strictObject({
        code: z.enum(['lines_invalid', 'cost_exceeded', 'nothing_valid', 'too_many_items']),
        message: z.string(),
      })
      .optional()
      .describe('Why nothing was taken in.'),
  })
  .describe('Many pictures wanted at once, with one status. Poll it until `done`.');

const listedBatch = z
  .strictObject({
    ...named,
    state: z
      .enum(['validating', 'expanding', 'open', 'rejected'])
      .describe('How far it has been taken in. How its jobs stand is told by the batch itself.'),
    total: count.describe('How many jobs it has or will have.'),
  })
  .describe('A batch in a list.');

export const BATCH_ANSWERS = {
  Batch: batch,
  BatchStatus: batchStatus,
  BatchCounts: batchCounts,
  BatchTier: batchTier,
  BatchPaused: batchPaused,
  BatchLinks: batchLinks,
  RefusedStyle: refusedStyle,
  InvalidLine: invalidLine,
  ListedBatch: listedBatch,
  BatchPage: z.strictObject({
    batches: z.array(listedBatch).describe('Newest first.'),
    nextCursor: z.string().optional().describe('`cursor` of the next page; absent on the last one.'),
  }),
  ItemPage: z.strictObject({
    jobs: z.array(job).describe('In the order of the items.'),
    nextCursor: z.string().optional().describe('`cursor` of the next page; absent on the last one.'),
  }),
} as const;
