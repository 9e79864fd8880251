/**
 * What operators do to one job: try it again, give it up, let it expire, erase it. Each is one transaction with its entry
 * in the audit, whose id tells a commit whose answer was lost from one that never was; a job that has changed since the
 * operator looked (`ifSequence`) is left alone, so that a double click does nothing.
 */

import { type Act, type AuditAction, type By, openEntry, record } from '../audit.ts';
import { audit } from '../collections.ts';
import type { Engine } from '../engine.ts';
import { isDone, type Run } from '../job.ts';
import { endMove, errorOf, type Pair } from '../job-moves.ts';
import type { Transaction } from '../platform/store.ts';
import { cancelMove } from './cancel.ts';
import { eraseMove } from './erase.ts';
import { noteEnd } from './note.ts';
import { ring } from './ring.ts';
import { readPair, savePair } from './save.ts';
import { ringUpkeep } from './upkeep.ts';

export interface Order {
  readonly by: By;
  /** The sequence that the job had when the operator looked. */
  readonly ifSequence?: number;
}

export type NotMoved = 'missing' | 'changed' | 'not queued';
export type Moved<R extends string> = { readonly pair: Pair } | { readonly refused: R };

/** What is to become of the job. Without `did` it is so already, and nothing is written. */
export type Decided<R extends string> =
  | { readonly after: Pair; readonly did?: Omit<Act, 'target'> }
  | { readonly refused: R };

/** `decide` may read, and may run several times. Afterwards the bells are rung for whatever the job then needs. */
export async function actOn<R extends string>(
  engine: Engine,
  jobId: string,
  { by, ifSequence }: Order,
  decide: (before: Pair, tx: Transaction, nowMs: number) => Promise<Decided<R>>,
): Promise<Moved<R | 'missing' | 'changed'>> {
  const entry = openEntry(engine);
  type Settled = { readonly before?: Pair; readonly pair: Pair } | { readonly refused: R | 'missing' | 'changed' };
  const settled = await engine.store.transaction(async (tx): Promise<Settled> => {
    const before = await readPair(tx, jobId);
    if (!before) return { refused: 'missing' };
    // Our own entry: the commit before had succeeded, and its answer was lost.
    if (await tx.get(audit, entry.id)) return { pair: before };
    if (ifSequence !== undefined && ifSequence !== before.job.sequence) return { refused: 'changed' };
    const decided = await decide(before, tx, engine.clock.now());
    if ('refused' in decided) return decided;
    if (!decided.did) return { before, pair: before };
    await savePair(tx, engine, before, decided.after);
    record(tx, entry, { ...by, ...decided.did, target: `jobs/${jobId}` });
    return { before, pair: decided.after };
  });
  if ('refused' in settled) return settled;
  await tell(engine, settled.before?.run, settled.pair.run);
  return { pair: settled.pair };
}

async function tell(engine: Engine, before: Run | undefined, after: Run): Promise<void> {
  const ended = isDone(after.status) && (!before || !isDone(before.status));
  if (ended) noteEnd(engine, after);
  if (isDone(after.status)) await ringUpkeep(engine, after);
  else if (after.status === 'queued') await ring(engine, after);
}

/** Idempotent: a job that is done, or is being given up, stays as it is. */
export function cancelAsOperator(engine: Engine, jobId: string, order: Order): Promise<Moved<NotMoved>> {
  return actOn<NotMoved>(engine, jobId, order, async (before, tx) => {
    if (isDone(before.run.status) || before.run.cancelRequested) return { after: before };
    return { after: await cancelMove(tx, engine, before), did: did('job.cancel', before) };
  });
}

/** A job that waits ends as if its deadline had passed; one that is worked on is refused. Idempotent. */
export function expireAsOperator(engine: Engine, jobId: string, order: Order): Promise<Moved<NotMoved>> {
  return actOn<NotMoved>(engine, jobId, order, async (before, _, now) => {
    if (isDone(before.run.status)) return { after: before };
    if (before.run.status !== 'queued') return { refused: 'not queued' };
    const end = { status: 'expired', error: errorOf('deadline_passed'), captures: false } as const;
    return { after: endMove(before, now, end), did: did('job.expire', before) };
  });
}

/** Gives up what is not done, and takes photo, picture and prompt away. Idempotent. */
export function eraseAsOperator(engine: Engine, jobId: string, order: Order): Promise<Moved<NotMoved>> {
  return actOn<NotMoved>(engine, jobId, order, async (before, tx, now) => {
    if (before.job.erasedAt !== undefined) return { after: before };
    const isOver = isDone(before.run.status) || before.run.cancelRequested;
    const given = isOver ? before : await cancelMove(tx, engine, before);
    return { after: eraseMove(given, now), did: did('job.erase', before) };
  });
}

function did(action: AuditAction, { run }: Pair): Omit<Act, 'target'> {
  return { action, detail: `was ${run.status}` };
}
