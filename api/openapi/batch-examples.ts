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
  return {
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
