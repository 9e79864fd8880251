/**
 * Pauses of a queue: by an operator, or by the worker when the provider's quota or the budget is used up. The queue
 * itself is paused, and the switch beside it keeps why, until when, and for how long in all: the time a job waits
 * behind a pause does not count against its deadline.
 */
import { type Switch, switches } from './documents.ts';
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

/** Calling it for a paused queue replaces reason and end. */
export async function pauseQueue(engine: Engine, queue: QueueName, pause: Pause): Promise<void> {
  await setPause(engine, queue, pause);
  await engine.queue.pause(queue);
  engine.log.warn('queue paused', { queue, reason: pause.reason });
}

export async function resumeQueue(engine: Engine, queue: QueueName): Promise<void> {
  await setPause(engine, queue, undefined);
  await engine.queue.resume(queue);
  engine.log.info('queue resumed', { queue });
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
    else if (!paused && noted?.on) await setPause(engine, queue, undefined);
  }
}

/** An operator may give the budget more room while a queue waits for tomorrow. */
async function isOver(engine: Engine, queue: QueueName, { until, because }: Switch): Promise<boolean> {
  if (until !== undefined && until <= engine.clock.now()) return true;
  if (because !== 'budget') return false;
  const share = queue === 'bulk' ? 'bulk' : 'customer';
  return (await engine.budget.exhausted({ shop: DEFAULT_SHOP, share }))?.whose !== 'service';
}

async function setPause(engine: Engine, queue: QueueName, pause: Pause | undefined): Promise<void> {
  await engine.store.transaction(async tx => {
    const now = engine.clock.now();
    const id = switchId(queue);
    const before = await tx.get(switches, id);
    if (!pause && !before?.on) return;
    const since = pause && before?.on ? before.since : now;
    const total = pause && before?.on ? (before.pausedMs ?? 0) : pausedMs(before, now);
    const rest = pause ? { because: pause.because, ...(pause.until !== undefined ? { until: pause.until } : {}) } : {};
    tx.set(switches, { id, on: pause !== undefined, reason: pause?.reason ?? '', since, pausedMs: total, ...rest });
  });
}

function pausedMs(noted: Switch | undefined, now: number): number {
  return (noted?.pausedMs ?? 0) + (noted?.on ? now - noted.since : 0);
}

function switchId(queue: QueueName): string {
  return `queue-${queue}`;
}
