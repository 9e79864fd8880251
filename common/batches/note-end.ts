/**
 * Notes that a batch has ended, once, or when to look again; then the shop's server is told, if it wants to be.
 */
import { jobs } from '../collections.ts';
import type { Engine } from '../engine.ts';
import type { Sender } from '../webhooks/send.ts';
import { type Batch, itemsStandingOf, type Standing, standingOf } from './batch.ts';
import { readBatchSpend } from './batch-spend.ts';
import { readCounts } from './read-counts.ts';
import { changeBatch } from './ring-batch.ts';
import { endToTell, tellEnd } from './tell-end.ts';

/** Of a batch whose jobs go on. */
const LOOK_MS = 60_000;

export async function noteEnd(sender: Sender, batch: Batch): Promise<'waits'> {
  const { engine } = sender;
  const standing = await standingNow(engine, batch);
  const now = engine.clock.now();
  const noted = await changeBatch(engine, batch.id, found => {
    // Whoever has asked for something meanwhile has rung for it.
    if (found.sequence !== batch.sequence || found.retry !== undefined) return found;
    if (!standing.done) return { ...found, nextCheckAt: now + LOOK_MS };
    if (found.endedAt !== undefined) return found;
    const { nextCheckAt: _, ...ended } = found;
    const told = endToTell(found, standing, now);
    const due = told.telling ? { nextCheckAt: now + LOOK_MS } : {};
    return { ...ended, ...told, ...due, endedAt: now, sequence: found.sequence + 1 };
  });
  if (noted?.telling) await tellEnd(sender, noted, { ...standing, batch: noted });
  else if (noted?.endedAt !== undefined && noted.nextCheckAt !== undefined) await settle(engine, noted);
  return 'waits';
}

/** It has ended and nothing is left to tell. */
async function settle(engine: Engine, batch: Batch): Promise<void> {
  await changeBatch(engine, batch.id, found => {
    if (found.sequence !== batch.sequence || found.telling !== undefined || found.retry !== undefined) return found;
    const { nextCheckAt: _, ...settled } = found;
    return settled;
  });
}

async function standingNow({ store }: Engine, batch: Batch): Promise<Standing> {
  if (batch.kind === 'items') {
    return itemsStandingOf(batch, await readCounts(store, batch), await readBatchSpend(store, batch));
  }
  const found = await Promise.all(batch.jobIds.map(id => store.get(jobs, id)));
  const there = found.filter(job => job !== undefined);
  return standingOf(batch, there);
}
