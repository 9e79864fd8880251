/**
 * One queue's lane: whenever something has changed it looks which of the waiting tasks may be delivered now, by the
 * queue's concurrency, its rate and whether it is paused, and sets the one timer for what may start later.
 */
import type { Clock } from '../clock.ts';
import type { QueueLimits, QueueName, TaskHandler } from '../platform/queue.ts';
import { AFTER_FAULT_MS, createDeliveries, type Deliveries, type DeliverySettings } from './queue-delivery.ts';
import { createRate } from './queue-rate.ts';
import type { Place, Tasks } from './queue-tasks.ts';
import { createWaiting, type Waiting } from './queue-waiting.ts';
import type { Database } from './sqlite.ts';

/** A longer wait is cut in pieces of this: a wall clock that was set meanwhile makes a task late by a minute at most. */
const LONGEST_TIMER_MS = 60_000;

export interface LaneParts {
  readonly database: Database;
  readonly tasks: Tasks;
  readonly limits: QueueLimits;
  readonly settings: DeliverySettings;
}

export type Lane = ReturnType<typeof createLane>;

export function createLane(queue: QueueName, { limits, ...parts }: LaneParts) {
  const { clock, log } = parts.settings;
  const waiting = createWaiting(queue, parts.tasks);
  const looks = createLooks(clock, look);
  const deliveries = createDeliveries(queue, { ...parts, waiting, onEnded: looks.nextTurn, onPutBack: look });
  const startDue = createStarter({ clock, limits, waiting, deliveries });
  let handler: TaskHandler | undefined;
  let paused = parts.tasks.isPaused(queue);

  /** Starts all that may start now, and sets the one timer for what may start later. */
  function look(): void {
    looks.cancelLater();
    try {
      const waitMs = startDue(() => (paused ? undefined : handler));
      if (waitMs !== undefined) looks.later(waitMs);
    } catch (error) {
      log.error('queue not read; it will be tried again', { queue, error });
      looks.later(AFTER_FAULT_MS);
    }
  }

  return {
    /** A task has come to wait at this place. */
    arrive(place: Place): void {
      waiting.arrive(place);
      look();
    },
    isPaused: () => paused,
    setPaused(now: boolean): void {
      paused = now;
      look();
    },
    start(deliverTo: TaskHandler): void {
      handler = deliverTo;
      look();
    },
    async stop(): Promise<void> {
      handler = undefined;
      looks.cancelLater();
      await deliveries.stop();
    },
  };
}

interface StarterParts {
  readonly clock: Clock;
  readonly limits: QueueLimits;
  readonly waiting: Waiting;
  readonly deliveries: Deliveries;
}

/**
 * The returned function starts all that may start now, and returns after how long the next one may if that is a matter
 * of time. It asks for the handler before each start: a handler may stop the queue while it is being called.
 */
function createStarter({ clock, limits, waiting, deliveries }: StarterParts) {
  const rate = createRate(limits.ratePerSecond);
  return (currentHandler: () => TaskHandler | undefined): number | undefined => {
    while (deliveries.running() < limits.concurrency) {
      const handler = currentHandler();
      const next = handler && waiting.next();
      if (!next) return undefined;
      const now = clock.now();
      const waitMs = Math.max(next.notBefore - now, rate.waitMs(now));
      if (waitMs > 0) return waitMs;
      rate.take();
      deliveries.start(next, handler);
    }
    return undefined;
  };
}

/** When to look again: at most one timer and one next turn at a time. */
function createLooks(clock: Clock, look: () => void) {
  let cancelTimer = () => {};
  let comesNextTurn = false;

  return {
    later(ms: number): void {
      cancelTimer = clock.after(Math.min(ms, LONGEST_TIMER_MS), look);
    },
    cancelLater(): void {
      cancelTimer();
    },
    /** After an ended delivery; at once, a queue of quick tasks would never let anything else run. */
    nextTurn(): void {
      if (comesNextTurn) return;
      comesNextTurn = true;
      setImmediate(() => {
        comesNextTurn = false;
        look();
      });
    },
  };
}
