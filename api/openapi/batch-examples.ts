/**
 * Batches as a running service answers with them, as examples. `jobs` are those of `examples.ts`.
 */

const ID = 'batch_1dsmmw2m7vx5r0pmh2k4s9tq3c';
const NONE = { queued: 0, running: 0, succeeded: 0, blocked: 0, failed: 0, canceled: 0, expired: 0 };

interface JobExamples<Q, R, S, C> {
  readonly queued: Q;
  readonly running: R;
  readonly succeeded: S;
  readonly canceled: C;
}

export function batchExamples<Q extends object, R extends object, S extends object, C extends object>({
  queued,
  running,
  succeeded,
  canceled,
}: JobExamples<Q, R, S, C>) {
  const mine = <J extends object>(job: J, style: string) => ({ ...job, batchId: ID, style });
  const batch = {
    id: ID,
    shop: 'default',
    kind: 'styles',
    status: 'queued',
    done: false,
    sequence: 2,
    lane: 'interactive',
    createdAt: '2026-11-23T06:02:18.355Z',
    counts: { total: 2, ...NONE, queued: 2 },
    pollAfterMs: 1_000,
    customId: 'order-1001',
    metadata: { product: '42' },
    jobs: [mine(queued, 'ink-wash'), mine(queued, 'charcoal')],
    links: { self: `/v1/batches/${ID}`, events: `/v1/batches/${ID}/events` },
  };
  const begun = {
    ...batch,
    status: 'running',
    sequence: 5,
    counts: { total: 2, ...NONE, running: 1, succeeded: 1 },
    jobs: [mine(succeeded, 'ink-wash'), mine(running, 'charcoal')],
  };
  const finished = { done: true, pollAfterMs: 0, finishedAt: '2026-11-23T06:02:19.197Z' };
  const ended = {
    ...batch,
    ...finished,
    status: 'succeeded',
    sequence: 6,
    counts: { total: 2, ...NONE, succeeded: 2 },
    jobs: [mine(succeeded, 'ink-wash'), mine(succeeded, 'charcoal')],
  };
  const result = {
    ...{ customId: 'photo-1', jobId: 'job_1dsmmw2m8y9c2cbzcnbkehr45d', status: 'succeeded' },
    ...{ reused: false, model: 'offline', costUsd: 0, finishedAt: '2026-11-23T06:03:19.197Z' },
    cursor: 'WyJGM2tGZkRwWXNfSkswTFNEIiwxNzk1NDEzNzQwMTQwXQ',
  };
  const { jobs: _, ...whole } = batch;
  const many = {
    ...whole,
    kind: 'items',
    lane: 'bulk',
    customId: 'november',
    metadata: { list: '7' },
    costUsd: 0,
    pollAfterMs: 5_000,
    links: { ...batch.links, items: `/v1/batches/${ID}/items`, results: `/v1/batches/${ID}/results.ndjson` },
  };
  const photo = { image: { uploadId: 'upl_01m83fz1q3zzctwn61v8nq048z' } };
  return {
    itemsJson: {
      items: [
        { customId: 'photo-1', ...photo, style: 'ink-wash' },
        { customId: 'photo-2', image: { url: 'https://photos.example.com/cat.jpg' }, prompt: 'A linocut.' },
      ],
      ...{ onInvalid: 'skip', maxCostUsd: 5, customId: 'november', metadata: { list: '7' } },
    },
    fileJson: { file: { uploadId: 'upl_01m83fz1q3zzctwn61v8nq048z' }, onInvalid: 'skip' },
    itemLines: '{"customId":"photo-1","image":{"uploadId":"upl_01m83fz1q3zzctwn61v8nq048z"},"style":"ink-wash"}\n',
    retryJson: { only: ['failed'], codes: ['overloaded'] },
    batchItems: {
      ...many,
      status: 'running',
      sequence: 42,
      counts: { total: 10_000, ...NONE, queued: 9_952, running: 8, succeeded: 39, failed: 1 },
      tier: {
        why: 'Bulk, since neither economy nor a time was named; bulk is expected to take 5 h 13 min (configured).',
        expectedAt: '2026-11-23T11:15:18.000Z',
        inTime: true,
      },
      estimateUsd: 0,
      invalid: {
        count: 1,
        lines: [{ line: 17, customId: 'photo-17', pointer: '/style', detail: 'There is no style "x".' }],
      },
    },
    batchPage: {
      batches: [
        {
          ...{ id: ID, shop: 'default', kind: 'items', state: 'open', lane: 'bulk', total: 10_000 },
          createdAt: batch.createdAt,
          customId: 'november',
          metadata: { list: '7' },
          links: many.links,
        },
      ],
      nextCursor: 'WyJGM2tGZkRwWXNfSkswTFNEIiwxNzk1NDEzNzQwMTQwXQ',
    },
    results: `${JSON.stringify(result)}\n`,
    stylesJson: {
      ...{ styles: ['ink-wash', 'charcoal'], customId: 'order-1001', metadata: { product: '42' } },
      image: { uploadId: 'upl_01m83fz1q3zzctwn61v8nq048z' },
    },
    batchQueued: batch,
    batchRunning: begun,
    batchSucceeded: ended,
    batchCanceled: {
      ...batch,
      ...finished,
      status: 'canceled',
      sequence: 7,
      counts: { total: 2, ...NONE, canceled: 2 },
      jobs: [mine(canceled, 'ink-wash'), mine(canceled, 'charcoal')],
    },
    batchEvents: [
      ':\n\n',
      `event: batch\nid: 2\ndata: ${JSON.stringify(batch)}\n\n`,
      `event: batch\nid: 5\ndata: ${JSON.stringify(begun)}\n\n`,
      `event: batch\nid: 6\ndata: ${JSON.stringify(ended)}\n\n`,
    ].join(''),
  };
}
