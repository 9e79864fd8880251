/**
 * Tells a shop's server that its batch has ended: the tries of a delivery, as those of a job's, with the same schedule, log
 * and signature. The batch carries what is to be told until it was, so that no crash keeps the news from the shop.
 */
import { deliveries } from '../collections.ts';
import type { Delivery } from '../documents.ts';
import type { Engine } from '../engine.ts';
import { newId } from '../ids.ts';
import { rfc3339 } from '../job-face.ts';
import { TRY_LEASE_MS } from '../webhooks/deliveries.ts';
import { closeTry, TRIES_MAX, type TryOutcome } from '../webhooks/schedule.ts';
import { type Sender, sendTry } from '../webhooks/send.ts';
import type { Batch, BatchEnd, Standing } from './batch.ts';
import { changeBatch, ringBatch, rung } from './ring-batch.ts';

/** The end as it is to be told; a batch that was opened again ends again, under another number. */
export function endToTell(
  batch: Batch,
  { status }: Pick<Standing, 'status'>,
  at: number,
): Pick<Batch, 'ends' | 'telling'> {
  const ends = (batch.ends ?? 0) + 1;
  return batch.webhook ? { ends, telling: { number: ends, status, at } } : { ends };
}

/** One try, if it is due. `standing` is what is told of the batch. */
export async function tellEnd(sender: Sender, batch: Batch, standing: Standing): Promise<void> {
  const { engine } = sender;
  const { telling, webhook } = batch;
  if (!telling || !webhook) return;
  const tryId = newId('try', engine.clock, engine.random);
  const begun = await beginTry(engine, batch, telling, tryId);
  if (!begun) return;
  const outcome = await sendTry(sender, begun, bodyOf(begun, standing));
  await engine.point('webhook-sent');
  await endTry(engine, batch, { tryId, id: begun.id }, outcome);
}

/** Undefined when it is too early or nothing is left to tell; the batch is then looked at when it is due. */
function beginTry(engine: Engine, batch: Batch, telling: BatchEnd, tryId: string): Promise<Delivery | undefined> {
  return engine.store.transaction(async tx => {
    const now = engine.clock.now();
    const id = eventId(batch.id, telling.number);
    const delivery = (await tx.get(deliveries, id)) ?? newDelivery(batch, telling, now);
    if (delivery.tries.some(found => found.id === tryId)) return delivery;
    if (delivery.state !== 'pending' || (delivery.nextTryAt ?? 0) > now) return undefined;
    const begun: Delivery = {
      ...delivery,
      made: delivery.made + 1,
      tries: [...delivery.tries, { id: tryId, at: now }].slice(-TRIES_MAX),
      nextTryAt: now + TRY_LEASE_MS,
    };
    tx.set(deliveries, begun);
    return begun;
  });
}

async function endTry(
  engine: Engine,
  batch: Batch,
  { tryId, id }: { tryId: string; id: string },
  outcome: TryOutcome,
): Promise<void> {
  const fraction = engine.random.fraction();
  const ended = await changeBatch(engine, batch.id, async (found, tx) => {
    const now = engine.clock.now();
    const before = await tx.get(deliveries, id);
    if (!before) return found;
    const closed = closeTry(before, tryId, { outcome, now, fraction });
    tx.set(deliveries, closed);
    if (closed.state === 'pending') return { ...rung(found, now), nextCheckAt: closed.nextTryAt ?? now };
    const { telling: _, nextCheckAt: __, ...told } = found;
    return told;
  });
  if (ended?.telling) await ringBatch(engine, ended, ended.nextCheckAt);
}

/** `type` and `timestamp` are the event's for ever; `data` is the batch as it is now. */
function bodyOf({ type, occurredAt }: Delivery, { batch, status, done, counts, spentMicroUsd }: Standing): string {
  const { id, shop, kind, lane, customId, metadata, createdAt } = batch;
  const data = {
    ...{ id, shop, kind, lane, status, done, counts, createdAt: rfc3339(createdAt) },
    ...(customId === undefined ? {} : { customId }),
    ...(metadata === undefined ? {} : { metadata }),
    ...(spentMicroUsd === undefined ? {} : { costUsd: spentMicroUsd / 1_000_000 }),
    links: { self: `/v1/batches/${id}`, results: `/v1/batches/${id}/results.ndjson` },
  };
  return JSON.stringify({ type, timestamp: rfc3339(occurredAt), data });
}

function newDelivery({ id, shop, webhook, expireAt }: Batch, telling: BatchEnd, now: number): Delivery {
  return {
    ...{ id: eventId(id, telling.number), jobId: id, shop, type: `batch.${telling.status}`, url: webhook?.url ?? '' },
    ...{ state: 'pending', made: 0, tries: [], nextTryAt: telling.at },
    ...{ occurredAt: telling.at, createdAt: now, expireAt },
  };
}

function eventId(batchId: string, number: number): string {
  return `evt_${batchId.replace(/^batch_/, '')}_${number}`;
}
