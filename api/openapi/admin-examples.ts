/**
 * Requests and answers of the operators' routes, as examples; part of `examples.ts`.
 */
import { FINDINGS } from '../../common/self-check/findings.ts';
import { ADMIN_JOB_EXAMPLES, EXAMPLE_BUDGET as budget, EXAMPLE_STATS_PARTS } from './admin-job-examples.ts';
import { COST_EXAMPLES } from './cost-answers.ts';
import { STYLE_EXAMPLES } from './style-examples.ts';

const KEY_ID = '3f2a9c1b7d5e4f60819a2b3c4d5e6f708192a3b4c5d6e7f8091a2b3c4d5e6f70';
const CREATED = '2026-11-23T06:02:18.355Z';
const UNTIL = '2026-11-24T06:00:00.000Z';
const CURSOR = 'WyJGM2tGZkRwWXNfSkswTFNEIiwxNzk1NDEzNzQwMTQwXQ';
const REASON = 'A sale this evening.';

const keyFields = { kind: 'server', label: 'Order desk', shop: 'default', scopes: ['read', 'write'] };
const apiKey = { id: KEY_ID, ...keyFields, ending: 'x3Fa', createdAt: CREATED };

const shopFields = {
  name: 'Pet portraits',
  origins: ['https://pets.example.com'],
  freePrompts: false,
  quotaPerDay: { named: 5 },
  budgetUsdPerDay: 4.5,
};
const shop = {
  id: 'pets',
  ...shopFields,
  release: 'open',
  shopify: { domain: 'pets.myshopify.com', pathPrefix: '/apps/easel', secret: 'set' },
  webhookSecret: 'not set',
  createdAt: CREATED,
  updatedAt: CREATED,
};

const raisedBudget = {
  ...budget,
  capUsd: 20,
  override: { usd: 20, reason: REASON, since: CREATED, until: UNTIL },
  shares: {
    customer: { percent: 100, limitUsd: 20, open: true },
    anonymous: { percent: 70, limitUsd: 14, open: true },
    bulk: { percent: 60, limitUsd: 12, open: true },
  },
  reachedPercent: 0,
};

const intakeOpen = { open: true };
const intakeRequest = { reason: 'The printer is broken.', message: 'Back at noon.', until: UNTIL };
const intakeClosed = { open: false, ...intakeRequest, since: CREATED };

const interactive = { name: 'interactive', state: 'running', waiting: 3, oldestWaitingSeconds: 2 };
const pauseRequest = { reason: 'The provider answers slowly.', until: UNTIL };
const pausedQueue = {
  name: 'bulk',
  state: 'paused',
  ...pauseRequest,
  because: 'operator',
  since: CREATED,
  waiting: 120,
  oldestWaitingSeconds: 310,
};
const queues = [interactive, pausedQueue, { name: 'upkeep', state: 'running' }];

const counts = { queued: 3, running: 2, succeeded: 184, blocked: 2, failed: 1, canceled: 0, expired: 0 };

const replayRequest = { reason: 'Their server is back.' };
const delivery = {
  id: 'evt_1dsmmw2m8y9c2cbzcnbkehr45d_1',
  jobId: 'job_1dsmmw2m8y9c2cbzcnbkehr45d',
  shop: 'default',
  type: 'job.succeeded',
  url: 'https://shop.example.com/hooks/easel',
  state: 'pending',
  occurredAt: CREATED,
  createdAt: CREATED,
  nextTryAt: '2026-11-23T06:02:23.355Z',
  tries: [{ at: CREATED, ms: 212, status: 503 }],
};

export const ADMIN_EXAMPLES = {
  ...STYLE_EXAMPLES,
  keyRequest: { ...keyFields, reason: 'For the new order desk.' },
  storefrontKeyRequest: { kind: 'storefront', label: 'Theme', shop: 'pets', origins: ['https://pets.example.com'] },
  newKey: { ...apiKey, key: 'sk_9p1RkJx5c2m7VtQ0aZ8nYw3LdB6fGhU4sEoKiTyx3Fa' },
  keyPage: { keys: [apiKey], nextCursor: CURSOR },
  revokeRequest: { reason: 'It stood in a log.' },
  revokedKey: { ...apiKey, revokedAt: '2026-11-23T09:14:55.955Z' },
  newShopRequest: {
    id: 'pets',
    ...shopFields,
    shopify: { domain: 'pets.myshopify.com', secret: 'shpss_0123456789abcdef0123456789abcdef' },
  },
  shopRequest: { freePrompts: true, budgetUsdPerDay: null, reason: 'They asked for it.' },
  shop,
  shopPage: { shops: [shop] },
  overrideRequest: { usd: 20, until: UNTIL, reason: REASON },
  budget,
  raisedBudget,
  ...COST_EXAMPLES,
  intakeRequest,
  intakeOpen,
  intakeClosed,
  pauseRequest,
  resumeRequest: { reason: 'It is fast again.' },
  queueList: { queues },
  runningQueue: interactive,
  pausedQueue,
  rotateRequest: { reason: 'A yearly change.' },
  webhookSecret: {
    shop: 'default',
    secret: 'whsec_iE5L1tRL/mxzdUw6MNI5sM7mnzPonlBC7uOQ59oB770=',
    createdAt: CREATED,
    previousUntil: '2026-11-24T06:02:18.355Z',
  },
  replayRequest,
  deliveryPage: { deliveries: [delivery], nextCursor: CURSOR },
  replayedDelivery: delivery,
  consoleSession: {
    key: {
      id: '3f2a9c1b7d5e4f60819a2b3c4d5e6f708192a3b4c5d6e7f8091a2b3c4d5e6f70',
      ending: 'q8Zk',
    },
    expiresAt: UNTIL,
  },
  auditPage: {
    entries: [
      {
        id: 'aud_01m83fz1q3zzctwn61v8nq048z',
        at: CREATED,
        actor: '3f2a9c1b Night shift',
        action: 'budget.override',
        target: 'budget',
        reason: REASON,
        detail: `$20 a day until ${UNTIL}`,
      },
    ],
    nextCursor: CURSOR,
  },
  stats: {
    at: '2026-11-23T09:14:55.955Z',
    submittedSince: '2026-11-22T09:14:55.955Z',
    jobs: { interactive: counts, bulk: { ...counts, queued: 120 }, economy: counts },
    budget,
    queues,
    intake: intakeOpen,
    ...EXAMPLE_STATS_PARTS,
  },
  soundInvariants: {
    ok: true,
    at: '2026-11-23T09:14:55.955Z',
    looked: { jobs: 100, photos: 100 },
    findings: [],
  },
  invariants: {
    ok: false,
    at: '2026-11-23T09:14:55.955Z',
    looked: { jobs: 100, photos: 100 },
    findings: [{ code: 'sweeper_late', ...FINDINGS.sweeper_late, count: 1, examples: [] }],
  },
  ...ADMIN_JOB_EXAMPLES,
} as const;
