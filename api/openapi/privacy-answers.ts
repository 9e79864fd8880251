/**
 * What is answered about persons' data, as schemas with examples; part of `answers.ts` and `examples.ts`.
 */
import { z } from 'zod';
import { PRIVACY_ID, PRIVACY_KINDS, PRIVACY_SOURCES, PRIVACY_STATES } from '../../common/privacy/privacy-request.ts';

const moment = z.iso.datetime();
const count = z.int().min(0);

const privacyRequest = z
  .strictObject({
    id: z.string().regex(PRIVACY_ID),
    kind: z
      .enum(PRIVACY_KINDS)
      .describe('`hand-over`: a customer wants to know what is held of them, and somebody has to hand the export on.'),
    state: z.enum(PRIVACY_STATES).describe('`open` waits for a person, `running` for the service.'),
    shop: z.string(),
    asked: z.enum(PRIVACY_SOURCES).describe('By whom: a server of the shop, an operator, or Shopify.'),
    createdAt: moment.describe('When it was asked for, the latest time.'),
    doneAt: moment.optional(),
    customerId: z.string().optional().describe('Of a `hand-over` that is open, and of nothing else.'),
    orderIds: z.array(z.string()).optional().describe('Orders that are concerned beside the own jobs, likewise.'),
    jobs: z
      .strictObject({
        total: count.describe('That were there when it was asked for; of a shop also those erased before.'),
        left: count.optional().describe('Of a customer: still to be erased.'),
        ofOrders: count
          .optional()
          .describe('Of a customer: erased because of an order, and of somebody without a name.'),
        erased: count.optional().describe('Of a shop: erased so far.'),
      })
      .describe('How far it is.'),
    links: z.strictObject({ self: z.string(), export: z.string().optional() }),
  })
  .describe('What was asked for about persons’ data.');

export const PRIVACY_ANSWERS = {
  PrivacyRequest: privacyRequest,
  PrivacyRequestPage: z.strictObject({ requests: z.array(privacyRequest), nextCursor: z.string().optional() }),
} as const;

const id = 'prv_0wx3r7s9t5gfb2m1c8e4kz6ndq';
const links = { self: `/v1/privacy-requests/${id}` };
const running = {
  ...{ id, kind: 'erase-customer', state: 'running', shop: 'default', asked: 'server' },
  ...{ createdAt: '2026-11-23T10:02:11.204Z', jobs: { total: 41, left: 12, ofOrders: 0 }, links },
} as const;
const handOver = {
  ...{ ...running, kind: 'hand-over', state: 'open', asked: 'shopify', customerId: '7', orderIds: ['5123456789012'] },
  ...{ jobs: { total: 41 }, links: { ...links, export: '/v1/customers/7/export?shop=default&orderIds=5123456789012' } },
} as const;

const lines = [
  {
    ...{ type: 'customer', customerId: '7', shop: 'default', exportedAt: '2026-11-23T10:02:11.204Z' },
    quota: { named: { limit: 10, remaining: 9, resetAt: '2026-11-24T00:00:00.000Z' } },
  },
  { type: 'job', id: 'job_0wx3r7s9t5gfb2m1c8e4kz6ndq', status: 'succeeded', style: 'ink-wash' },
  { type: 'end', complete: true },
];

export const PRIVACY_EXAMPLES = {
  erasureRequest: { reason: 'She wrote to us on Monday.' },
  erasureRunning: running,
  erasureDone: {
    ...{ ...running, state: 'done', doneAt: '2026-11-23T10:02:19.114Z' },
    jobs: { total: 41, left: 0, ofOrders: 0 },
  },
  handOver,
  privacyRequestPage: { requests: [handOver, running] },
  closeRequest: { reason: 'Sent to the customer by the shop.' },
  customerExport: lines.map(line => `${JSON.stringify(line)}\n`).join(''),
} as const;
