/**
 * What the operators' routes answer, as schemas; part of `answers.ts`.
 */
import { z } from 'zod';
import { BATCH_ID } from '../../common/batches/batch.ts';
import { DELIVERY_STATES, RELEASES } from '../../common/documents.ts';
import { JOB_STATUSES } from '../../common/job.ts';
import { KEY_KINDS, KEY_SCOPES } from '../../common/keys.ts';
import { QUEUES } from '../../common/platform/queue.ts';
import { EVENT_ID } from '../../common/webhooks/event.ts';
import { ADMIN_JOB_ANSWERS, auditEntry, STATS_PARTS } from './admin-job-answers.ts';
import { budget, share } from './budget-answers.ts';
import { COST_ANSWERS } from './cost-answers.ts';
import { invariants } from './invariants-answer.ts';
import { STYLE_ANSWERS } from './style-answers.ts';

const moment = z.iso.datetime();
const count = z.int().min(0);
const usd = z.number().min(0);
const nextCursor = z.string().optional().describe('`cursor` of the next page; absent on the last one.');

const quotas = z
  .strictObject({ named: count.optional(), custom: count.optional() })
  .describe("Pictures a day and shopper, where they differ from the shop's or the service's.");

const keyFields = {
  id: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .describe('SHA-256 of the key.'),
  kind: z.enum(KEY_KINDS),
  shop: z.string().optional().describe('Absent for an admin key.'),
  label: z.string().optional(),
  ending: z.string().optional().describe('The last four characters of the key.'),
  scopes: z.array(z.enum(KEY_SCOPES)).optional().describe('Absent: all that the kind may do.'),
  origins: z.array(z.string()).optional().describe('Of a storefront key: absent means all that the shop lists.'),
  quotaPerDay: quotas.optional(),
  createdAt: moment,
  revokedAt: moment.optional(),
};
const key = z.strictObject(keyFields).describe('A key, without the key itself.');
const newKey = z
  .strictObject({ ...keyFields, key: z.string().describe('The key itself. Only this answer has it.') })
  .describe('A key that was just made.');

const shop = z
  .strictObject({
    id: z.string(),
    name: z.string(),
    origins: z.array(z.string()).describe("Where the storefront's pages are. Browsers elsewhere are refused."),
    freePrompts: z.boolean().describe("Whether a shopper's browser may send a prompt."),
    release: z
      .enum(RELEASES)
      .describe(
        'When a session may have the whole picture: at once, or once it is ordered. Before, the preview alone.',
      ),
    quotaPerDay: quotas.optional(),
    budgetUsdPerDay: usd.optional().describe("Absent: only the service's budget binds."),
    shopify: z
      .strictObject({
        domain: z.string(),
        pathPrefix: z.string(),
        secret: z.enum(['set', 'not set']).describe('The secret itself is never answered.'),
      })
      .optional()
      .describe('The Shopify shop whose App Proxy may open sessions.'),
    webhookSecret: z.enum(['set', 'not set']).describe('Without one no job may name a webhook.'),
    createdAt: moment,
    updatedAt: moment,
  })
  .describe('A customer of the service.');

const intake = z
  .strictObject({
    open: z.boolean(),
    reason: z.string().optional(),
    message: z.string().optional().describe('What callers read.'),
    since: moment.optional(),
    until: moment.optional().describe('Absent: until somebody opens it.'),
  })
  .describe('Whether new jobs are taken in.');

const queue = z
  .strictObject({
    name: z.enum(QUEUES),
    state: z.enum(['running', 'paused']).describe('As the queue itself says.'),
    reason: z.string().optional().describe('Why it is paused; absent when it was paused past this service.'),
    because: z.enum(['operator', 'budget', 'provider']).optional().describe('Who wanted the pause.'),
    since: moment.optional(),
    until: moment.optional().describe('When it goes on by itself; absent means never.'),
    waiting: count.optional().describe('Jobs that wait; absent for a queue without jobs.'),
    oldestWaitingSeconds: count.optional().describe('Absent when none waits.'),
  })
  .describe('A queue and its pause.');

const webhookSecret = z
  .strictObject({
    shop: z.string(),
    secret: z
      .string()
      .regex(/^whsec_/)
      .describe('Only this answer has it.'),
    createdAt: moment,
    previousUntil: moment.optional().describe('Until when the one before signs too.'),
  })
  .describe("What a shop's webhooks are signed with (Standard Webhooks).");

const deliveryTry = z.strictObject({
  at: moment,
  ms: count.optional().describe('Absent while it is under way, and of one whose process ended.'),
  status: z.int().optional().describe('What the receiver answered.'),
  error: z.string().optional().describe('Why there was no answer that counts, such as `timeout`. More may come.'),
});

const delivery = z
  .strictObject({
    id: z.string().regex(EVENT_ID).describe('The `webhook-id` of every try.'),
    jobId: z.string().regex(/^(job|batch)_[a-z0-9]{26,32}$/),
    shop: z.string(),
    type: z.string().describe('Such as `job.succeeded`.'),
    url: z.string().describe('Of an erased job its origin alone.'),
    state: z.enum(DELIVERY_STATES).describe('`failed` after ten tries, `disabled` when the receiver answered 410.'),
    occurredAt: moment.describe('When the job ended.'),
    createdAt: moment,
    nextTryAt: moment.optional(),
    tries: z.array(deliveryTry).describe('The latest ones.'),
  })
  .describe('An event that a server is told of.');

const jobCounts = z.strictObject(
  Object.fromEntries(JOB_STATUSES.map(status => [status, count])) as {
    [status in (typeof JOB_STATUSES)[number]]: typeof count;
  },
);

const stats = z
  .strictObject({
    at: moment,
    submittedSince: moment.describe('Jobs that have ended are counted if they were submitted since then.'),
    jobs: z
      .strictObject({ interactive: jobCounts, bulk: jobCounts, economy: jobCounts })
      .describe('By lane and status.'),
    budget,
    queues: z.array(queue),
    intake,
    ...STATS_PARTS,
  })
  .describe('How the service stands.');

const batchLine = z
  .strictObject({
    id: z.string().regex(BATCH_ID),
    shop: z.string(),
    kind: z.string(),
    lane: z.string(),
    total: count.describe('How many jobs it has, those still to be made included.'),
    customId: z.string().optional(),
    createdAt: moment,
    cancelRequested: z.boolean().optional().describe('It was given up.'),
  })
  .describe('A batch, in one line.');

const consoleSession = z
  .strictObject({
    key: z
      .strictObject({ id: keyFields.id, label: keyFields.label, ending: keyFields.ending, scopes: keyFields.scopes })
      .describe('The key that signed in.'),
    expiresAt: moment.optional().describe('When the cookie ends; absent where the key itself was sent.'),
  })
  .describe('Who is signed in to the console.');

export const ADMIN_ANSWERS = {
  ...ADMIN_JOB_ANSWERS,
  ...STYLE_ANSWERS,
  AdminBatch: batchLine,
  AdminBatchPage: z.strictObject({ batches: z.array(batchLine).describe('Newest first.'), nextCursor }),
  ConsoleSession: consoleSession,
  Key: key,
  NewKey: newKey,
  KeyPage: z.strictObject({ keys: z.array(key).describe('Newest first.'), nextCursor }),
  Shop: shop,
  ShopPage: z.strictObject({ shops: z.array(shop).describe('By id.'), nextCursor }),
  Budget: budget,
  BudgetShare: share,
  ...COST_ANSWERS,
  Intake: intake,
  Queue: queue,
  QueueList: z.strictObject({ queues: z.array(queue) }),
  WebhookSecret: webhookSecret,
  Delivery: delivery,
  DeliveryTry: deliveryTry,
  DeliveryPage: z.strictObject({ deliveries: z.array(delivery).describe('Newest first.'), nextCursor }),
  AuditEntry: auditEntry,
  AuditPage: z.strictObject({ entries: z.array(auditEntry).describe('Newest first.'), nextCursor }),
  JobCounts: jobCounts,
  Stats: stats,
  Invariants: invariants,
} as const;
