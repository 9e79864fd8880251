/**
 * Pauses of a queue: by an operator, or by the worker when the provider's quota or the budget is used up. The queue
 * itself is paused, and the switch beside it keeps why, until when, and for how long in all: the time a job waits
 * behind a pause does not count against its deadline.
 */
import { type Act, type By, openEntry, record, untilText } from './audit.ts';
import { audit, switches } from './collections.ts';
import type { Switch } from './documents.ts';
import type { Engine } from './engine.ts';
import { DEFAULT_SHOP } from './keys.ts';
import { QUEUES, type QueueName } from './platform/queue.ts';
import type { Store, Transaction } from './platform/store.ts';

export interface Pause {
  readonly reason: string;
  /** When the sweeper resumes the queue by itself; absent = never. */
  readonly until?: number;
  readonly because: NonNullable<Switch['because']>;
}

/**
 * A pause is noted before the queue is told. A sweep that looks in between must not take the note away: the queue would
 * stay paused without a reason, and for ever.
 */
const SETTLING_MS = 60_000;

/** Calling it for a paused queue replaces reason and end. What an operator does (`by`) is recorded. */
export async function pauseQueue(engine: Engine, queue: QueueName, pause: Pause, by?: By): Promise<void> {
  await setPause(engine, queue, pause, by);
  await engine.queue.pause(queue);
  engine.log.warn('queue paused', { queue, reason: pause.reason });
}

export async function resumeQueue(engine: Engine, queue: QueueName, by?: By): Promise<void> {
  await setPause(engine, queue, undefined, by);
  await engine.queue.resume(queue);
  engine.log.info('queue resumed', { queue });
}

/** The queue as it is: it is asked itself, and our own record tells why it is paused, where we know. */
export async function queueState(
  { queue, store }: Pick<Engine, 'queue' | 'store'>,
  name: QueueName,
): Promise<{ readonly paused: boolean; readonly noted?: Switch }> {
  const [state, noted] = await Promise.all([queue.state(name), store.get(switches, switchId(name))]);
  const paused = state === 'paused';
  return { paused, ...(paused && noted?.on ? { noted } : {}) };
}

/** The pause as it was noted last, without asking the queue: at most a sweep old where somebody paused at the queue itself. */
export async function notedPause(store: Pick<Store, 'get'>, name: QueueName): Promise<Switch | undefined> {
  const noted = await store.get(switches, switchId(name));
  return noted?.on ? noted : undefined;
}

/** For how long the lane's queue has been paused since ever, in ms: a clock that runs while the queue does not. */
export async function laneClock(
  from: Pick<Store, 'get'> | Transaction,
  queue: QueueName,
  now: number,
): Promise<number> {
  return pausedMs(await from.get(switches, switchId(queue)), now);
}

/**
 * Ends pauses whose time is over, and takes note of those that somebody made or ended at the queue itself: the queue
 * is asked, our own record is not believed. Part of every sweep, before any deadline is judged.
 */
export async function reconcilePauses(engine: Engine): Promise<void> {
  for (const queue of QUEUES) {
    const paused = (await engine.queue.state(queue)) === 'paused';
    const noted = await engine.store.get(switches, switchId(queue));
    if (paused && noted?.on && (await isOver(engine, queue, noted))) await resumeQueue(engine, queue);
    else if (paused && !noted?.on)
      await setPause(engine, queue, { reason: 'paused at the queue', because: 'operator' });
    else if (!paused && noted?.on && engine.clock.now() - noted.since >= SETTLING_MS)
      await setPause(engine, queue, undefined);
  }
}

/** An operator may give the budget more room while a queue waits for tomorrow. */
async function isOver(engine: Engine, queue: QueueName, { until, because }: Switch): Promise<boolean> {
  if (until !== undefined && until <= engine.clock.now()) return true;
  if (because !== 'budget') return false;
  const share = queue === 'bulk' ? 'bulk' : 'customer';
  return (await engine.budget.exhausted({ shop: DEFAULT_SHOP, share }))?.whose !== 'service';
}

async function setPause(engine: Engine, queue: QueueName, pause: Pause | undefined, by?: By): Promise<void> {
  const entry = by && openEntry(engine);
  await engine.store.transaction(async tx => {
    const now = engine.clock.now();
    const id = switchId(queue);
    const before = await tx.get(switches, id);
    if (by && entry) {
      // It is there when the commit before succeeded and only its answer was lost.
      if (await tx.get(audit, entry.id)) return;
      record(tx, entry, { ...by, ...actOf(queue, pause) });
    }
    if (!pause && !before?.on) return;
    // A worker that meets the end of a budget while an operator has paused must not make that pause end by itself.
    if (pause && pause.because !== 'operator' && before?.on && before.because === 'operator') return;
    const since = pause && before?.on ? before.since : now;
    const total = pause && before?.on ? (before.pausedMs ?? 0) : pausedMs(before, now);
    const rest = pause ? { because: pause.because, ...(pause.until !== undefined ? { until: pause.until } : {}) } : {};
    tx.set(switches, { id, on: pause !== undefined, reason: pause?.reason ?? '', since, pausedMs: total, ...rest });
  });
}

function actOf(queue: QueueName, pause: Pause | undefined): Act {
  const target = `queues/${queue}`;
  if (!pause) return { action: 'queue.resume', target };
  const { until } = pause;
  return { action: 'queue.pause', target, ...(until !== undefined ? { detail: untilText(until) } : {}) };
}

function pausedMs(noted: Switch | undefined, now: number): number {
  return (noted?.pausedMs ?? 0) + (noted?.on ? now - noted.since : 0);
}

function switchId(queue: QueueName): string {
  return `queue-${queue}`;
}
