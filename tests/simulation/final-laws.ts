/**
 * What has to hold when all is quiet again: everything accepted has ended, once, and is as its owner was told; nothing
 * waits, nothing is held, and every call that the provider may bill is on record.
 */
import { deliveries, jobs, runs } from '../../common/collections.ts';
import type { Delivery } from '../../common/documents.ts';
import { isDone, type Job, type Run } from '../../common/job.ts';
import { keptObjects } from '../../common/jobs/order.ts';
import { jobOfPhoto } from '../../common/jobs/photo-path.ts';
import { eventId } from '../../common/webhooks/event.ts';
import { batchLaws } from './batch-laws.ts';
import { costLaw } from './cost-law.ts';
import type { Lawful, Laws } from './laws.ts';
import { saleLaws } from './sale-laws.ts';
import type { Backends } from './world.ts';

/** What a client was told of its job. */
export interface Told {
  readonly client: string;
  /** Without a key each request may become a job. */
  readonly key: string | undefined;
  readonly prompt: string;
  /** Every id that an answer named. */
  readonly ids: Set<string>;
  /** The answer to its cancel: it was not done then, or it had ended so. */
  canceled?: 'accepted' | string;
  erased?: boolean;
  sold?: { readonly jobId: string; readonly orderId: string };
  /** The request by which everything of the customer is erased. */
  left?: string;
  /** A photo that was ordered without a picture. */
  photo?: { readonly uploadId: string; readonly orderId: string; readonly erased?: 'perhaps' | 'surely' };
  /** Of a batch of items, with what each of them is called. */
  batch?: { readonly id: string; readonly customIds: readonly string[] };
}

export function finalLaws(
  world: Lawful & Pick<Backends, 'receiver' | 'batchProvider'> & { readonly lives: (process: string) => boolean },
  told: readonly Told[],
  laws: Laws,
): void {
  const { broken, wishOf } = laws;
  const { database, bucket, provider } = world;
  const all = database.all(runs);
  const forgotten = new Set(
    all.filter(run => database.read<Job>(jobs, run.id)?.erasedAt).map(({ generationKey }) => generationKey),
  );

  for (const run of all) {
    if (!isDone(run.status)) broken(`${run.id} never ended: ${run.status}`);
    if (run.nextCheckAt !== undefined || run.pending.length > 0) broken(`${run.id} still has something to do`);
    if (run.attempts.some(row => row.endedAt === undefined)) broken(`${run.id} has an attempt that never ended`);
    if (run.status === 'succeeded' && !forgotten.has(run.generationKey) && !bucket.peek(run.outputPath ?? '')) {
      broken(`${run.id} succeeded, and its picture is gone`);
    }
    heard(run);
  }
  for (const { client, key, ids, canceled, erased } of told) {
    if (key !== undefined && ids.size > 1) broken(`${client} got ${ids.size} jobs for one key`);
    for (const id of ids) {
      const job = database.read<Job>(jobs, id);
      if (!job) broken(`${client} was told of ${id}, which is lost`);
      if (canceled === 'accepted' && job?.status !== 'canceled') broken(`${id} was canceled and is ${job?.status}`);
      if (erased)
        gone(
          all.find(run => run.id === id),
          id,
        );
    }
  }
  batchLaws(world, told, broken);
  saleLaws({ ...world, forgotten, gone }, told, laws);
  costLaw(database, { broken });
  for (const wish of new Set(all.map(({ id }) => wishOf(id)))) if (wish !== undefined) paid(wish);

  /** The shop hears of every end that it wanted to hear of. */
  function heard({ id, webhook, run }: Run): void {
    if (!webhook) return;
    for (let number = 1; number <= run; number++) {
      const event = eventId(id, number);
      const state = database.read<Delivery>(deliveries, event)?.state;
      if (state !== 'delivered' || world.receiver.heard(event) === 0)
        broken(`the end of ${id} (${event}) was not heard: ${state}`);
    }
  }

  /** Nothing that was made of the photo, nor the photo, however often it was sent or drawn. */
  function gone(run: Run | undefined, id: string): void {
    if (!run) return;
    // A later job of the same owner with the same wish draws anew, and has every right to.
    const anew = all.some(
      other => other.id !== id && other.generationKey === run.generationKey && other.attempts.length > 0,
    );
    const erasedAt = database.read<Job>(jobs, id)?.erasedAt ?? 0;
    const sold = keptObjects(run);
    const left = [...bucket.paths()].filter(path => {
      const object = bucket.peek(path);
      const its = jobOfPhoto(path) === id || sold.includes(path);
      // A copy for the order of another job of the same owner is that job's, whoever drew it.
      const others = anew || path.startsWith('orders/') || object?.metadata.jobId !== id;
      if (!its && others) return false;
      // What somebody put after the erasure and then died, nobody knows of: the lifecycle takes it.
      return object && (object.createdAt < erasedAt || world.lives(object.by));
    });
    if (left.length > 0) broken(`${id} was erased, and ${left} is still there`);
  }

  function paid(prompt: string): void {
    const rows = all.filter(({ id }) => wishOf(id) === prompt).flatMap(run => run.attempts);
    const { drawn, calls } = provider.books(prompt);
    const onRecord = rows.filter(({ billed }) => billed !== 'no').length;
    if (drawn > onRecord)
      broken(`${drawn} pictures were drawn of "${prompt}", and ${onRecord} of ${calls} calls are on record as billed`);
  }
}
