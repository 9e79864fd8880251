/**
 * What the costs answer, as schemas; part of `admin-answers.ts`.
 */
import { z } from 'zod';
import { BY } from '../../common/costs/cost-report.ts';

const count = z.int().min(0);
const usd = z.number().min(0);
const day = z.iso.date();

const figures = {
  spentUsd: usd.describe(
    'What the attempts that have ended weigh, to the micro-dollar: their estimate where the cost is not known.',
  ),
  possiblyUsd: usd.describe(
    'The part of it that the provider may not have billed: calls that timed out or were cut off.',
  ),
  pictures: count.describe('Drawn and delivered.'),
  priceEachUsd: usd.nullable().describe('What was spent by pictures drawn; null without one.'),
  reused: count.describe('Pictures that were there already, delivered for nothing.'),
  reusedShare: z.number().min(0).max(1).nullable().describe('Of all that was delivered; null without any.'),
  attempts: count,
};

const left = z.strictObject({ customer: count, anonymous: count, bulk: count });

const costs = z
  .strictObject({
    from: day,
    to: day.describe('Included. Days are of UTC, and an attempt belongs to the day it began.'),
    by: z.enum(BY),
    total: z.strictObject(figures),
    rows: z
      .array(
        z.strictObject({
          key: z.string().describe('A day, the id of a style, model or shop, or a tier; `(prompt)` = own words.'),
          ...figures,
        }),
      )
      .describe('Days in their order, up to today; anything else by what was spent.'),
    forecast: z
      .strictObject({
        until: day.describe("The month's last day."),
        usd: usd.describe('Of the whole month.'),
        perDayUsd: usd.describe('On average.'),
        basedOnDays: count.describe('Days that are over, the last seven at most.'),
      })
      .optional()
      .describe('Of the present month, when it is what was asked for and a day with costs is over.'),
    today: z
      .strictObject({
        day,
        spentUsd: usd.describe('Calls under way count by their estimates.'),
        capUsd: usd,
        leftUsd: usd,
        priceEachUsd: usd
          .nullable()
          .describe('Of the last seven days; else what the default model is expected to take; null = not known.'),
        picturesLeft: left
          .nullable()
          .describe("What each share of the day's budget still has room for; null where pictures cost nothing."),
        quotaPerShopper: z
          .strictObject({ named: count, custom: count })
          .describe('Pictures a day and shopper, unless the shop has others: what binds where money does not.'),
      })
      .describe("The service's budget of today."),
  })
  .describe('What a span of days has cost.');

const difference = z.strictObject({
  day,
  field: z.string().describe('Such as `style:ink-wash:microUsd`.'),
  booked: z.int(),
  ledger: z.int(),
});

const costsCheck = z
  .strictObject({
    from: day,
    to: day,
    runs: count.describe('Ledgers that were read.'),
    differing: count.describe('Figures that differ.'),
    differences: z.array(difference).describe('The first hundred of them.'),
    moving: z.array(day).describe('Days on which something was booked meanwhile, so that they were left alone.'),
  })
  .describe('What was booked, held against the ledgers.');

export const COST_ANSWERS = { Costs: costs, CostsCheck: costsCheck };

const row = {
  spentUsd: 3.412_874,
  possiblyUsd: 0.034_133,
  pictures: 98,
  priceEachUsd: 0.034_825,
  reused: 21,
  reusedShare: 0.1765,
  attempts: 101,
};

export const COST_EXAMPLES = {
  costs: {
    from: '2026-11-01',
    to: '2026-11-30',
    by: 'style',
    total: row,
    rows: [{ key: 'ink-wash', ...row }],
    forecast: { until: '2026-11-30', usd: 5.8, perDayUsd: 0.34, basedOnDays: 7 },
    today: {
      day: '2026-11-23',
      spentUsd: 0.45,
      capUsd: 10,
      leftUsd: 9.55,
      priceEachUsd: 0.034_825,
      picturesLeft: { customer: 275, anonymous: 189, bulk: 160 },
      quotaPerShopper: { named: 10, custom: 3 },
    },
  },
  costsCheck: { from: '2026-11-22', to: '2026-11-22', runs: 2_914, differing: 0, differences: [], moving: [] },
  costsRebuilt: {
    from: '2026-11-22',
    to: '2026-11-22',
    runs: 2_914,
    differing: 1,
    differences: [{ day: '2026-11-22', field: 'tier:bulk:microUsd', booked: 0, ledger: 34_133 }],
    moving: [],
  },
  costsRebuildRequest: { from: '2026-11-22', reason: 'The day of the update.' },
} as const;
