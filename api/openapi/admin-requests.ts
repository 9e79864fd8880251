/**
 * What the operators' routes take, with a text for each field; part of `requests.ts`.
 */
import type { z } from 'zod';
import { auditQuery } from '../admin/audit.ts';
import { batchesQuery } from '../admin/batches.ts';
import { budgetQuery, overrideFields, resetQuery } from '../admin/budget.ts';
import { abortFields, applyFields, bulkQuery, planFields } from '../admin/bulk.ts';
import { costsQuery } from '../admin/costs.ts';
import { costsCheckQuery, costsRebuildFields } from '../admin/costs-check.ts';
import { deliveriesQuery, replayFields } from '../admin/deliveries.ts';
import { reasonQuery } from '../admin/fields.ts';
import { closeFields } from '../admin/intake.ts';
import { actFields, eraseFields, retryFields } from '../admin/job-actions.ts';
import { countsQuery, jobsQuery } from '../admin/jobs.ts';
import { keyFields, keysQuery, revokeFields } from '../admin/keys.ts';
import { ceilingFields, holdFields } from '../admin/provider.ts';
import { pauseFields, resumeFields } from '../admin/queues.ts';
import { newShopFields, shopFields, shopsQuery } from '../admin/shops.ts';
import { waitingQuery } from '../admin/waiting-orders.ts';
import { rotateFields } from '../admin/webhook-secret.ts';
import { describeProperties, type JsonObject, requestSchema } from './schemas.ts';
import { styleComponents } from './style-requests.ts';

const REASON = 'Why, for the audit.';
const SHOP = 'Id of a shop.';
const PAGE = { limit: 'How many on a page.', cursor: '`nextCursor` of the page before, with the same filters.' };

const SHOP_TEXTS = {
  name: 'What operators call it.',
  origins: "Exact origins of the storefront's pages, such as `https://pets.example.com`. Replaces the whole list.",
  freePrompts: "Whether a shopper's browser may send a prompt. Default false.",
  release:
    'When a session may have the whole picture: at once (`open`, the default), or once it is ordered (`on-order`).',
  quotaPerDay: "Pictures a day and shopper instead of the service's; null takes one, or both, away.",
  budgetUsdPerDay: 'Dollars a day; null takes it away.',
  shopify:
    'The Shopify shop whose App Proxy may open sessions: its `domain`, the `secret` of the app, and where the proxy is mounted (`pathPrefix`, default `/apps/easel`). The secret may be left out where the shop has one. Null disconnects.',
  reason: REASON,
};

const WISH = {
  model: 'Of the catalogue, instead of the one that the job names.',
  options: 'Instead of those of the job; what is left out stays.',
  force: 'Also blocked content, and what was tried again twice already.',
};

const FILTER = {
  status: 'Jobs in this state.',
  code: 'That ended for this reason.',
  style: 'Of this style.',
  model: 'That name this model, or asked it.',
  shop: 'Of this shop.',
  customerId: 'Of this customer of the shop (of `default` where none is named).',
  batchId: 'Of this batch.',
  createdAfter: 'Submitted at this time or later.',
  createdBefore: 'Submitted before this time.',
};

/** Components of the bodies. */
export function adminComponents(): { [name: string]: JsonObject } {
  const body = (schema: z.ZodType, texts: { readonly [name: string]: string }) =>
    describeProperties(requestSchema(schema), texts);
  return {
    ...styleComponents(),
    KeyRequest: body(keyFields, {
      kind: '`server` for a shop, `storefront` for its pages, `admin` for operators.',
      label: 'What operators call it.',
      shop: 'Not for an admin key. Default `default`.',
      scopes:
        'What it may do: `read`, `write` jobs, `manage` the service (admin keys alone). Default: all of its kind.',
      origins: "For a storefront key: some of the shop's origins. Default: all of them.",
      quotaPerDay: "Pictures a day and shopper instead of the shop's.",
      reason: REASON,
    }),
    RevokeRequest: body(revokeFields, { reason: REASON }),
    NewShopRequest: body(newShopFields, {
      id: 'Stays for good: lower-case letters, digits and hyphens.',
      ...SHOP_TEXTS,
    }),
    ShopRequest: body(shopFields, SHOP_TEXTS),
    OverrideRequest: body(overrideFields, {
      usd: 'Dollars a day, more or less than the usual; 0 stops all spending.',
      until: 'When the usual budget counts again; at most 7 days from now.',
      reason: REASON,
    }),
    CostsRebuildRequest: body(costsRebuildFields, {
      from: 'The first day, of the last four weeks.',
      to: 'The last day, included. Default: the first.',
      reason: REASON,
    }),
    IntakeRequest: body(closeFields, {
      reason: REASON,
      message: 'What callers read.',
      until: 'When intake opens by itself. Default: when somebody opens it.',
    }),
    PauseRequest: body(pauseFields, {
      reason: REASON,
      until: 'When the queue goes on by itself, to the minute. Default: when somebody resumes it.',
    }),
    ResumeRequest: body(resumeFields, { reason: REASON }),
    RotateRequest: body(rotateFields, { reason: REASON }),
    ReplayRequest: body(replayFields, { reason: REASON }),
    RetryRequest: body(retryFields, { reason: REASON, ...WISH }),
    ActRequest: body(actFields, { reason: REASON }),
    EraseRequest: body(eraseFields, { reason: REASON }),
    BulkPlanRequest: body(planFields, {
      action: '`retry`, `cancel`, `expire` (what waits) or `erase`.',
      filter: 'Which jobs, as in the search; at least one condition.',
      reason: REASON,
      ...WISH,
    }),
    BulkApplyRequest: body(applyFields, {
      token: 'That came with the plan.',
      ratePerSecond: 'Jobs a second. Default 5.',
    }),
    BulkAbortRequest: body(abortFields, { reason: REASON }),
    HoldRequest: body(holdFields, { reason: REASON, until: 'When jobs ask it again; at most 7 days from now.' }),
    CeilingRequest: body(ceilingFields, {
      slots: "Jobs at once in each worker's process.",
      reason: REASON,
      until: 'When as many as set up are worked on again; at most 7 days from now.',
    }),
  };
}

/** Query strings by operation: the schema, and a text for each parameter. */
export const ADMIN_QUERIES: {
  readonly [operationId: string]: readonly [schema: z.ZodType, texts: { readonly [name: string]: string }];
} = {
  searchJobs: [
    jobsQuery,
    {
      ...FILTER,
      q: 'An id of a job or a batch, a `customId`, or a customer, exactly. Goes with `shop` alone.',
      ...PAGE,
    },
  ],
  countJobs: [countsQuery, FILTER],
  listBulkActions: [bulkQuery, PAGE],
  releaseModel: [reasonQuery, { reason: REASON }],
  clearCeiling: [reasonQuery, { reason: REASON }],
  listAdminBatches: [batchesQuery, { shop: 'Of this shop; `default` unless you say.', ...PAGE }],
  listWaitingOrders: [waitingQuery, PAGE],
  listKeys: [keysQuery, { shop: 'Keys of this shop; admin keys belong to `default`.', ...PAGE }],
  listShops: [shopsQuery, PAGE],
  getBudget: [budgetQuery, { shop: SHOP }],
  overrideBudget: [budgetQuery, { shop: SHOP }],
  resetBudget: [resetQuery, { shop: SHOP, reason: REASON }],
  getCosts: [
    costsQuery,
    {
      month: 'Instead of `from` and `to`, such as `2026-11`. Default: the present month.',
      from: 'The first day, in UTC.',
      to: 'The last day, included. Default: today.',
      by: 'What the rows are.',
      format: 'Instead of the `Accept` header.',
    },
  ],
  checkCosts: [costsCheckQuery, { from: 'The first day, in UTC.', to: 'The last day, included. Default: the first.' }],
  openIntake: [reasonQuery, { reason: REASON }],
  listDeliveries: [
    deliveriesQuery,
    { jobId: 'Events of this job, or of this batch.', state: 'Events in this state.', ...PAGE },
  ],
  listAudit: [
    auditQuery,
    { action: 'Entries of this action.', target: 'Entries about this. Does not go with `action`.', ...PAGE },
  ],
};
