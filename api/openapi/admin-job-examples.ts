/**
 * Requests and answers of the operators' routes about jobs and models, as examples; part of `admin-examples.ts`.
 */
const ID = 'job_1dsmmw2m8y9c2cbzcnbkehr45d';
const CREATED = '2026-11-23T06:02:18.355Z';
const FINISHED = '2026-11-23T06:02:25.114Z';
const UNTIL = '2026-11-24T06:00:00.000Z';
const SIGNED = 'expires=1795417200&signature=bl3CIKlHuDdKL-3pqC2XSX28cKApOkrDDZmiUt9Ngwg';
const MODEL = 'gemini-3.1-flash-lite-image';
const FALLBACK = 'gemini-nano-banana-2.1';

export const EXAMPLE_BUDGET = {
  day: '2026-11-23',
  resetAt: '2026-11-24T00:00:00.000Z',
  spentUsd: 7.8624,
  capUsd: 10,
  usualUsd: 10,
  shares: {
    customer: { percent: 100, limitUsd: 10, open: true },
    anonymous: { percent: 70, limitUsd: 7, open: false },
    bulk: { percent: 60, limitUsd: 6, open: false },
  },
  reachedPercent: 75,
};

const line = {
  id: ID,
  shop: 'default',
  lane: 'interactive',
  status: 'failed',
  done: true,
  sequence: 7,
  code: 'overloaded',
  style: 'ink-wash',
  model: MODEL,
  run: 1,
  attempts: 1,
  costUsd: 0,
  reused: false,
  charge: 'released',
  customerId: '7',
  createdAt: CREATED,
  startedAt: '2026-11-23T06:02:18.359Z',
  finishedAt: FINISHED,
};

const whole = {
  ...line,
  prompt: 'Draw the animal in this photo with a few brush strokes and diluted ink.',
  styleVersion: 1,
  options: { aspectRatio: '4:5', size: '1K', variation: 0 },
  error: {
    code: 'overloaded',
    message: 'The picture could not be made just now. Please try again in a few minutes; it has not been counted.',
    retryable: true,
    detail: 'The provider answered 500, 502, 503 or 504, or could not be connected to.',
  },
  queuedAt: CREATED,
  deadlineAt: '2026-11-23T06:17:18.355Z',
  pending: [],
  retry: { possible: true },
  input: {
    url: `https://easel.example.com/objects/inputs/${ID}/0a1b2c3d4e5f6071?${SIGNED}`,
    urlExpiresAt: '2026-11-23T07:00:00.000Z',
    contentType: 'image/jpeg',
    bytes: 270_029,
    sha256: '5416b9b1073a0da22cc8934c788425c24b58e06bde1ed223b9d2bc6a1874ca27',
  },
  attemptRows: [
    {
      run: 1,
      fence: 1,
      model: MODEL,
      startedAt: '2026-11-23T06:02:18.359Z',
      endedAt: FINISHED,
      outcome: 'overloaded',
      counted: true,
      providerCode: '503 UNAVAILABLE',
      detail: 'The model is overloaded. Please try again later.',
      billed: 'no',
      costUsd: 0,
      estimateUsd: 0.03413,
    },
  ],
  timeline: [
    { at: CREATED, what: 'submitted', detail: 'interactive lane' },
    { at: '2026-11-23T06:02:18.359Z', what: 'attempt 1 began', detail: MODEL },
    { at: FINISHED, what: 'attempt 1 ended', detail: 'overloaded: 503 UNAVAILABLE' },
    { at: FINISHED, what: 'failed', detail: 'overloaded' },
  ],
  acts: [],
  links: {
    self: `/v1/jobs/${ID}`,
    input: `/v1/jobs/${ID}/input`,
    deliveries: `/v1/admin/deliveries?jobId=${ID}`,
    audit: `/v1/admin/audit?target=jobs/${ID}`,
  },
};

const { finishedAt: _, startedAt: __, error: ___, code: ____, ...open } = whole;

const model = { id: MODEL, fallback: FALLBACK, circuit: 'closed' };
const holdRequest = { reason: 'Its pictures are all grey tonight.', until: UNTIL };
const ceilingRequest = { slots: 2, reason: 'The provider answers 429 to everything.', until: UNTIL };
const since = { since: CREATED };

export const EXAMPLE_STATS_PARTS = {
  throughput: { minutes: 10, finished: 42, perMinute: 4.2 },
  last: {
    finished: 200,
    since: '2026-11-23T08:27:11.020Z',
    reused: 31,
    jobs: { count: 166, p50Ms: 6_210, p95Ms: 14_902 },
    attempts: { count: 166, p50Ms: 5_334, p95Ms: 9_120 },
    codes: [{ code: 'content_blocked', count: 2 }],
  },
  hours: [
    {
      at: '2026-11-23T08:00:00.000Z',
      submitted: 187,
      reused: 29,
      ended: { succeeded: 184, blocked: 2, failed: 1, canceled: 0, expired: 0 },
      codes: [
        { code: 'content_blocked', count: 2 },
        { code: 'timeout', count: 1 },
      ],
    },
  ],
  models: [model, { id: FALLBACK, circuit: 'closed' }],
  ceiling: { slots: null },
  sweptAt: '2026-11-23T09:14:21.004Z',
};

const BULK_ID = 'blk_01m83fz1q3zzctwn61v8nq048z';
const bulk = {
  id: BULK_ID,
  action: 'retry',
  filter: { status: 'failed', createdAfter: '2026-11-23T05:00:00.000Z' },
  reason: 'The provider is well again.',
  actor: '3f2a9c1b Night shift',
  frozenAt: CREATED,
  plan: {
    matched: 214,
    eligible: 211,
    skipped: [
      { name: 'photo not kept', count: 2 },
      { name: 'retried twice already', count: 1 },
    ],
    codes: [
      { name: 'overloaded', count: 190 },
      { name: 'timeout', count: 21 },
    ],
    complete: true,
    estimateUsd: 7.2,
  },
  ratePerSecond: 5,
};
const untouched = { total: 211, looked: 0, done: 0, skipped: [] };
const applied = { appliedAt: '2026-11-23T06:03:40.120Z', appliedBy: '3f2a9c1b Night shift' };
const someDone = { total: 211, looked: 60, done: 59, skipped: [{ name: 'changed since the plan', count: 1 }] };

export const ADMIN_JOB_EXAMPLES = {
  bulkPlanRequest: {
    action: 'retry',
    filter: { status: 'failed', createdAfter: '2026-11-23T05:00:00Z' },
    reason: bulk.reason,
  },
  bulkPlanned: {
    ...bulk,
    state: 'planned',
    goodUntil: '2026-11-23T07:02:18.355Z',
    progress: untouched,
    token: 'Yk3fQx0a9b-_Yk3fQx0a9b-_Yk3fQx0a',
    budget: EXAMPLE_BUDGET,
  },
  bulkApplyRequest: { token: 'Yk3fQx0a9b-_Yk3fQx0a9b-_Yk3fQx0a', ratePerSecond: 5 },
  bulkRunning: { ...bulk, state: 'running', ...applied, progress: someDone, etaSeconds: 31 },
  bulkAborted: { ...bulk, state: 'aborted', ...applied, progress: someDone, endedAt: '2026-11-23T06:03:52.480Z' },
  bulkPage: {
    actions: [
      {
        ...bulk,
        state: 'done',
        ...applied,
        progress: { ...someDone, looked: 211, done: 210 },
        endedAt: '2026-11-23T06:04:23.007Z',
      },
    ],
  },
  adminJobPage: {
    jobs: [line],
    nextCursor: 'WyJGM2tGZkRwWXNfSkswTFNEIiwxNzk1NDEzNzQwMTQwXQ',
    search: { by: 'code', lookedThrough: 100 },
  },
  adminJob: whole,
  jobTally: {
    total: 214,
    complete: true,
    since: CREATED,
    statuses: [{ name: 'failed', count: 214 }],
    codes: [
      { name: 'overloaded', count: 190 },
      { name: 'timeout', count: 24 },
    ],
    hours: [{ name: '2026-11-23T06:00:00.000Z', count: 214 }],
    search: { by: 'status' },
  },
  retryRequest: { reason: 'The provider is well again.' },
  retryOtherwiseRequest: { reason: 'The usual model cannot do it.', model: FALLBACK, options: { variation: 1 } },
  retriedJob: {
    ...open,
    status: 'queued',
    done: false,
    sequence: 8,
    run: 2,
    charge: 'none',
    retry: { possible: false, why: 'not ended' },
  },
  actRequest: { reason: 'They asked us to.' },
  holdRequest,
  modelList: { models: EXAMPLE_STATS_PARTS.models },
  heldModel: { ...model, held: { ...holdRequest, ...since } },
  freeModel: model,
  ceilingRequest,
  ceilingSet: { ...ceilingRequest, ...since },
  ceilingClear: { slots: null },
} as const;
