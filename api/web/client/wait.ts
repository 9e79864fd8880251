/**
 * Waits for the end of a job or a batch. When the time is over, it goes on and can be waited for again by its id.
 */
import { EaselError } from './errors.ts';
import { limit } from './pause.ts';
import type { Watchable } from './resources.ts';
import type { WaitOptions } from './types.ts';
import { type WatchParts, watch } from './watch.ts';

export async function wait<T extends Watchable>(
  parts: WatchParts<T>,
  from: string | T,
  options: WaitOptions<T>,
): Promise<T> {
  const { timeoutMs, onChange, signal: outer } = options;
  const { environment, resource } = parts;
  const subject = resource.subject(typeof from === 'string' ? from : from.id);
  const { signal, end, release } = limit(outer);
  const overdue = () =>
    end(new EaselError('timeout', `It was not done in ${timeoutMs} ms, and goes on.`, { ...subject, retryable: true }));
  const cancel = timeoutMs === undefined ? () => {} : environment.after(timeoutMs, overdue);
  try {
    let last: T | undefined;
    for await (const state of watch(parts, from, { ...options, signal })) {
      last = state;
      onChange?.(state);
    }
    return last as T;
  } finally {
    cancel();
    release();
  }
}
