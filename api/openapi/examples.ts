/**
 * Answers of a running service, as examples: only the host and the signatures of the URLs are made up.
 */

import { ADMIN_EXAMPLES } from './admin-examples.ts';
import { batchExamples } from './batch-examples.ts';
import { KEPT_PHOTO_EXAMPLES } from './kept-photo-answers.ts';
import { PRIVACY_EXAMPLES } from './privacy-answers.ts';

const ORIGIN = 'https://easel.example.com';
const ID = 'job_1dsmmw2m8y9c2cbzcnbkehr45d';
const PICTURE = `${ORIGIN}/objects/cache/ba/ba4c80dd18d5bd391a87e82461b4105e78bc590d4bb86b769fa5963336595011`;
const SIGNED = 'expires=1795417200&signature=bl3CIKlHuDdKL-3pqC2XSX28cKApOkrDDZmiUt9Ngwg';

const asked = { style: 'ink-wash', customId: 'order-1001', metadata: { product: '42' } };

const queued = {
  id: ID,
  shop: 'default',
  lane: 'interactive',
  createdAt: '2026-11-23T06:02:18.355Z',
  charge: 'held',
  status: 'queued',
  done: false,
  sequence: 1,
  attempt: 0,
  queue: { position: 1 },
  pollAfterMs: 1_000,
  reused: false,
  ...asked,
  links: { self: `/v1/jobs/${ID}` },
};

const running = {
  ...queued,
  queue: { etaSeconds: 1 },
  status: 'running',
  sequence: 2,
  attempt: 1,
  startedAt: '2026-11-23T06:02:18.359Z',
};

const { queue: _queue, ...begun } = running;

const ended = {
  ...begun,
  charge: 'captured',
  done: true,
  sequence: 3,
  pollAfterMs: 0,
  finishedAt: '2026-11-23T06:02:19.197Z',
};

const succeeded = {
  ...ended,
  status: 'succeeded',
  output: {
    url: `${PICTURE}?${SIGNED}`,
    urlExpiresAt: '2026-11-23T07:00:00.000Z',
    previewUrl: `${PICTURE}-preview?${SIGNED}`,
    contentType: 'image/jpeg',
    width: 819,
    height: 1_024,
    bytes: 257_865,
    sha256: '5416b9b1073a0da22cc8934c788425c24b58e06bde1ed223b9d2bc6a1874ca27',
    placeholder: 'LggGBgDXx1d3ifeJZ4h3mpen13V/ffc=',
    expiresAt: '2026-12-23T06:02:19.183Z',
  },
  links: { self: `/v1/jobs/${ID}`, output: `/v1/jobs/${ID}/output` },
};

const { startedAt: _, ...immediate } = succeeded;
const { queue: __queue, ...unqueued } = queued;

const blocked = {
  ...ended,
  status: 'blocked',
  charge: 'released',
  error: {
    code: 'content_blocked',
    message: 'The picture was declined by the safety rules of the image model. Please choose another photo or style.',
    retryable: false,
  },
};

const { customId: __, metadata: ___, ...tombstone } = ended;

const session = {
  token: 'eyJhbGciOiJIUzI1NiJ9.eyJzaG9wIjoiZGVmYXVsdCIsInN1YiI6InNlc18wMW04M2Z6In0.VEu6BrGduBg1l1fQYSjDN4kKVDVZJIlx',
  expiresAt: '2026-11-24T06:02:18.316Z',
};

const day = { resetAt: '2026-11-24T00:00:00.000Z' };

const { url: ____, urlExpiresAt: _____, previewUrl: ______, ...picture } = succeeded.output;

const detailed = {
  ...succeeded,
  model: 'offline',
  costUsd: 0,
  attempts: [
    {
      startedAt: ended.startedAt,
      model: 'offline',
      endedAt: ended.finishedAt,
      outcome: 'succeeded',
      billed: 'yes',
      costUsd: 0,
    },
  ],
};

const canceled = {
  ...unqueued,
  ...{ status: 'canceled', charge: 'released', done: true, sequence: 3, pollAfterMs: 0 },
};

export const EXAMPLES = {
  ...batchExamples({ queued, running, succeeded, canceled }),
  ...ADMIN_EXAMPLES,
  queued,
  running,
  canceling: { ...running, sequence: 3, cancelRequested: true },
  deepInQueue: { ...queued, queue: { position: 100, more: true, etaSeconds: 90 }, pollAfterMs: 5_000 },
  paused: {
    ...queued,
    queue: { position: 3, paused: true, resumesAt: '2026-11-23T07:00:00.000Z' },
    pollAfterMs: 5_000,
  },
  events: [
    ':\n\n',
    `event: job\nid: 1\ndata: ${JSON.stringify(queued)}\n\n`,
    `event: job\nid: 2\ndata: ${JSON.stringify(running)}\n\n`,
    `event: job\nid: 3\ndata: ${JSON.stringify(succeeded)}\n\n`,
  ].join(''),
  succeeded,
  reused: { ...immediate, finishedAt: queued.createdAt, charge: 'none', reused: true, attempt: 0, sequence: 2 },
  detailed,
  webhookEvent: {
    type: 'job.succeeded',
    timestamp: ended.finishedAt,
    data: { ...succeeded, output: picture, model: 'offline', costUsd: 0, attempts: [] },
  },
  blocked,
  canceled,
  ...PRIVACY_EXAMPLES,
  orderRequest: { orderId: '5123456789012' },
  shopifyOrder: {
    id: 5123456789012,
    line_items: [{ properties: [{ name: '_easel_job', value: succeeded.id }] }],
  },
  ordered: {
    ...detailed,
    sequence: 5,
    orderIds: ['5123456789012'],
    orderedAt: '2026-11-23T10:02:11.204Z',
    output: { ...succeeded.output, expiresAt: '2027-12-28T10:02:11.204Z' },
  },
  erased: { ...tombstone, status: 'succeeded', sequence: 4, erasedAt: '2026-11-23T09:14:55.955Z' },
  itemPage: { jobs: [succeeded] },
  page: { jobs: [succeeded], nextCursor: 'WyJGM2tGZkRwWXNfSkswTFNEIiwxNzk1NDEzNzQwMTQwXQ' },
  submitJson: {
    ...asked,
    customerId: '7',
    image: { data: '/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAAgGBgcGBQgHBwcJCQgKDBQN' },
  },
  submitUpload: { style: 'charcoal', image: { uploadId: 'upl_01m83fz1q3zzctwn61v8nq048z' } },
  submitUrl: { ...asked, image: { url: 'https://photos.example.com/cat.jpg' } },
  submitPrompt: {
    prompt: 'A linocut in two colours, seen from below.',
    image: { uploadId: 'upl_01m83fz1q3zzctwn61v8nq048z' },
  },
  ...KEPT_PHOTO_EXAMPLES,
  uploadRequest: { contentType: 'image/jpeg', bytes: 270_029 },
  upload: {
    uploadId: 'upl_01m83fz1q3zzctwn61v8nq048z',
    url: `${ORIGIN}/objects/uploads/upl_01m83fz1q3zzctwn61v8nq048z?expires=1795414639&type=image%2Fjpeg&min=270029&max=270029&signature=gFXR_8xitEzq2w91iFSIqzqiu_GuJDWTh6sGp7n1l0U`,
    method: 'PUT',
    headers: { 'content-type': 'image/jpeg' },
    expiresAt: '2026-11-23T06:17:19.235Z',
  },
  sessionRequest: { firestore: true },
  session,
  sessionWithFirestore: {
    ...session,
    firestore: {
      projectId: 'my-shop',
      databaseId: '(default)',
      token:
        'eyJhbGciOiJSUzI1NiIsInR5cCI6IkpXVCJ9.eyJpc3MiOiJlYXNlbEBteS1zaG9wLmlhbS5nc2VydmljZWFjY291bnQuY29tIn0.Zm9y',
    },
  },
  sessionWithoutFirestore: { ...session, firestore: null },
  styles: {
    styles: [
      {
        id: 'ink-wash',
        label: 'Ink wash',
        description: 'Modern and airy: a few sure brush strokes and pools of diluted ink on warm, mostly empty paper.',
        version: 1,
        aspectRatio: '4:5',
        size: '1K',
        minSidePx: 256,
        pool: 'named',
      },
    ],
  },
  quota: {
    pools: {
      named: { limit: 10, remaining: 9, ...day, warningLevel: 1 },
      custom: { limit: 3, remaining: 3, ...day, warningLevel: 2 },
    },
  },
  unlimited: {
    pools: {
      named: { limit: null, remaining: null, ...day, warningLevel: 1 },
      custom: { limit: null, remaining: null, ...day, warningLevel: 1 },
    },
  },
  health: { status: 'ok' },
  ready: { status: 'ready', store: 'ok', queue: 'ok', bucket: 'ok' },
  notReady: { status: 'not ready', store: 'ok', queue: 'ok', bucket: 'failing' },
} as const;

export type ExampleName = keyof typeof EXAMPLES;
