/**
 * When a task that failed is tried again, and when no more: the rules of RetryConfig in queue.proto.
 */
import type { HeldTask } from './held-task.ts';
import type { QueueSettings } from './messages.ts';

/**
 * The wait after the `failures`th failure in a row: from the least one doubled `maxDoublings` times, then growing by
 * the last step each time, up to the greatest.
 */
export function backoffMs({ minBackoffMs, maxBackoffMs, maxDoublings }: QueueSettings, failures: number): number {
  const doublings = Math.min(failures - 1, maxDoublings);
  const step = minBackoffMs * 2 ** doublings;
  return Math.min(maxBackoffMs, step * (1 + Math.max(0, failures - 1 - maxDoublings)));
}

/** Attempts and time must both be used up; then the task is deleted without a word. */
export function isGivenUp(task: HeldTask, { maxAttempts, maxRetryDurationMs }: QueueSettings, nowMs: number): boolean {
  if (maxAttempts === -1 || task.dispatches < maxAttempts) return false;
  return maxRetryDurationMs === 0 || nowMs - (task.firstAttemptAt ?? nowMs) >= maxRetryDurationMs;
}
