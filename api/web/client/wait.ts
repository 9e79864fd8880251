/**
 * Waits for the end of a job. When the time is over, the job goes on and can be waited for again by its id.
 */
import { EaselError } from './errors.ts';
import { limit } from './pause.ts';
import type { Job, WaitOptions } from './types.ts';
import { type WatchParts, watch } from './watch.ts';

export async function wait(parts: WatchParts, from: string | Job, options: WaitOptions): Promise<Job> {
  const { timeoutMs, onChange, signal: outer } = options;
  const jobId = typeof from === 'string' ? from : from.id;
  const { signal, end, release } = limit(outer);
  const overdue = () =>
    end(new EaselError('timeout', `The job was not done in ${timeoutMs} ms; it goes on.`, { jobId, retryable: true }));
  const cancel = timeoutMs === undefined ? () => {} : parts.environment.after(timeoutMs, overdue);
  try {
    let last: Job | undefined;
    for await (const job of watch(parts, from, { ...options, signal })) {
      last = job;
      onChange?.(job);
    }
    return last as Job;
  } finally {
    cancel();
    release();
  }
}
