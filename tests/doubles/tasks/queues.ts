/** The double's queues by their full names, and the names of those that were deleted lately. */
import type { Clock } from '../../../common/clock.ts';
import { createHeldQueue, type HeldQueue, type QueueParts } from './held-queue.ts';
import { QUEUE_DEFAULTS, type QueueMessage, type QueueSettings, readSettings, refuse } from './messages.ts';

type Name = string | null | undefined;

export interface Queues {
  /** Refuses an unknown one. */
  get(name: Name): HeldQueue;
  create(message: QueueMessage): HeldQueue;
  /** Creates it if need be. `paths` names what changes; empty: all that the message names. */
  update(message: QueueMessage, paths: readonly string[]): HeldQueue;
  delete(name: Name): void;
  /** Those of a project and location, by name. */
  under(parent: string): HeldQueue[];
  close(): void;
}

/** The name of a deleted queue cannot be used for so long. */
const BLOCKED_MS = 7 * 24 * 3_600_000;

export function createQueues(parts: QueueParts & { readonly clock: Clock }): Queues {
  const { clock } = parts;
  const held = new Map<string, HeldQueue>();
  const blockedUntil = new Map<string, number>();

  const queues: Queues = {
    get(name) {
      const queue = held.get(name ?? '');
      if (!queue) throw refuse.missing('Queue does not exist. If you just created it, wait a minute');
      return queue;
    },
    create(message) {
      const name = checkedName(message.name);
      if (held.has(name)) throw refuse.taken('Queue already exists');
      if ((blockedUntil.get(name) ?? 0) > clock.now()) {
        throw refuse.tooEarly('The queue cannot be created because a queue with this name existed too recently');
      }
      const queue = createHeldQueue(name, readSettings(message, QUEUE_DEFAULTS), parts);
      held.set(name, queue);
      return queue;
    },
    update(message, paths) {
      const queue = held.get(message.name ?? '');
      if (!queue) return queues.create(message);
      queue.change(masked(readSettings(message, queue.settings()), queue.settings(), paths));
      return queue;
    },
    delete(name) {
      const queue = queues.get(name);
      queue.close();
      held.delete(name ?? '');
      blockedUntil.set(name ?? '', clock.now() + BLOCKED_MS);
    },
    under: parent => [...held].flatMap(([name, queue]) => (name.startsWith(`${parent}/queues/`) ? [queue] : [])),
    close() {
      for (const queue of held.values()) queue.close();
    },
  };
  return queues;
}

function checkedName(name: Name): string {
  if (name && /^projects\/[\w:.-]+\/locations\/[a-z0-9-]+\/queues\/[A-Za-z0-9-]{1,100}$/.test(name)) return name;
  throw refuse.invalid('Queue name must be formatted: "projects/<>/locations/<>/queues/<>"');
}

/** Each setting with the path of its field in the message. */
const PATHS: { readonly [setting in keyof QueueSettings]: string } = {
  maxDispatchesPerSecond: 'rate_limits.max_dispatches_per_second',
  maxConcurrentDispatches: 'rate_limits.max_concurrent_dispatches',
  maxAttempts: 'retry_config.max_attempts',
  maxRetryDurationMs: 'retry_config.max_retry_duration',
  minBackoffMs: 'retry_config.min_backoff',
  maxBackoffMs: 'retry_config.max_backoff',
  maxDoublings: 'retry_config.max_doublings',
};

function masked(after: QueueSettings, before: QueueSettings, paths: readonly string[]): QueueSettings {
  if (paths.length === 0) return after;
  const changed = (Object.keys(PATHS) as (keyof QueueSettings)[]).filter(setting =>
    paths.some(path => PATHS[setting] === path || PATHS[setting].startsWith(`${path}.`)),
  );
  return { ...before, ...Object.fromEntries(changed.map(setting => [setting, after[setting]])) };
}
