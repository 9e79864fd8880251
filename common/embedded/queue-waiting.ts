/**
 * The waiting tasks of one queue in their order, without those that are under way: these still lie in the table as if
 * they waited, and that they do not is known to memory alone, so that a delivery costs no write.
 */
import type { QueueName } from '../platform/queue.ts';
import type { Place, TaskRow, Tasks } from './queue-tasks.ts';

export type Waiting = ReturnType<typeof createWaiting>;

export function createWaiting(queue: QueueName, tasks: Tasks) {
  /** Tasks that are under way or whose outcome is not written yet. */
  const held = new Set<number>();
  /** Every task that waits and is not held stands behind this place; so finding the next one skips nothing. */
  let cursor: Place = { notBefore: -1, seq: 0 };

  return {
    /** The first that waits, due or not. */
    next(): TaskRow | undefined {
      for (;;) {
        const next = tasks.next(queue, cursor);
        if (!next || !held.has(next.seq)) return next;
        cursor = next;
      }
    },
    /** To be called with what `next` returned. */
    hold(task: TaskRow): void {
      cursor = task;
      held.add(task.seq);
    },
    release(task: TaskRow): void {
      held.delete(task.seq);
    },
    /** A task has come to wait at this place. It is behind the cursor unless the clock was set back. */
    arrive(place: Place): void {
      const before = place.notBefore - cursor.notBefore || place.seq - cursor.seq;
      if (before <= 0) cursor = { notBefore: place.notBefore, seq: place.seq - 1 };
    },
  };
}
