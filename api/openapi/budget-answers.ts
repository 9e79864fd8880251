/**
 * The day's spend against its budget, as a schema; part of `admin-answers.ts`.
 */
import { z } from 'zod';

const moment = z.iso.datetime();
const usd = z.number().min(0);

export const share = z.strictObject({
  percent: z.int().min(0).max(100),
  limitUsd: usd.nullable(),
  open: z.boolean().describe('Whether another picture of this kind is begun.'),
});

export const budget = z
  .strictObject({
    shop: z.string().optional().describe('Absent for the whole service.'),
    day: z.iso.date().describe('In UTC.'),
    resetAt: moment.describe('When the day ends.'),
    spentUsd: usd.describe('Calls under way count by their estimates.'),
    capUsd: usd.nullable().describe('What counts now; null without a budget.'),
    usualUsd: usd.nullable().describe('What counts without an override.'),
    override: z.strictObject({ usd, reason: z.string(), since: moment, until: moment }).optional(),
    shares: z
      .strictObject({
        customer: share.describe('Shoppers whom the shop names, and its server.'),
        anonymous: share.describe('Sessions of nobody in particular.'),
        bulk: share.describe('Batches.'),
      })
      .describe('How much of the day each kind of job may use.'),
    reachedPercent: z
      .int()
      .min(0)
      .max(100)
      .describe('The highest of the thresholds 50, 75, 90 and 100 that is reached.'),
  })
  .describe("The day's spend against its budget.");
