/**
 * The queue seam: three named queues that deliver tasks at least once, in no promised order. SQLite stands behind it
 * on the embedded platform, Cloud Tasks on google. The queue is a doorbell: a task says "look at this document", and
 * whatever is true is read from the store. Every promise below is held by `queue.conformance.ts` on both platforms.
 */
export const QUEUES = ['interactive', 'bulk', 'upkeep'] as const;
export type QueueName = (typeof QUEUES)[number];

/** What the worker can be asked to do; one file in `worker/` each. */
export type TaskKind = 'job' | 'upkeep';

export interface Task {
  readonly queue: QueueName;
  /** Unique for at least an hour after the task is done or removed: `[A-Za-z0-9_-]{1,200}`. */
  readonly name: string;
  readonly kind: TaskKind;
  /** Small JSON: ids and the version `v`, never content. */
  readonly payload: { readonly [field: string]: string | number };
  /** Milliseconds since the epoch before which the task is not delivered; absent = at once. */
  readonly notBefore?: number;
}

export interface QueueLimits {
  /** Tasks under delivery at once. */
  readonly concurrency: number;
  /** Deliveries started per second. */
  readonly ratePerSecond: number;
}

export interface Queue {
  /**
   * Resolves once the task is durable. A name that is waiting, being delivered, or was done or removed within the last
   * hour answers `exists` and changes nothing, so that calling twice rings once. Throws `invalid` for a malformed name
   * and `unavailable`; the task may then exist nevertheless.
   */
  enqueue(task: Task): Promise<'created' | 'exists'>;

  /** `waiting` while the task waits, is delayed, is under delivery or waits for another try; else `gone`. */
  exists(queue: QueueName, name: string): Promise<'waiting' | 'gone'>;

  /** Takes a waiting task out; one under delivery is not interrupted, but not tried again. A missing one is no error. */
  remove(queue: QueueName, name: string): Promise<void>;

  /** Stops new deliveries of the queue until `resume`; survives a restart. Enqueueing goes on. Twice is once. */
  pause(queue: QueueName): Promise<void>;
  resume(queue: QueueName): Promise<void>;
  state(queue: QueueName): Promise<'running' | 'paused'>;
}

/**
 * What a queue delivers to. Resolving means done, whatever was decided; throwing asks for another delivery of the same
 * task after a backoff, and is kept for the case that the store cannot be reached.
 */
export type TaskHandler = (task: Task) => Promise<void>;

/** A queue that delivers within this process (embedded). On google Cloud Tasks delivers over HTTP instead. */
export interface Dispatcher {
  /** Starts delivering. Call once. */
  start(handler: TaskHandler): void;
  /** Starts no delivery any more; resolves when those under way have ended. Unfinished tasks are delivered next time. */
  stop(): Promise<void>;
}
